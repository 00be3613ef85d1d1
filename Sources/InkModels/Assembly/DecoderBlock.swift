package import InkNN
package import InkTensor

/// One layer with its weights.
///
/// Families that no wiring describes conform a type of their own.
package protocol DecoderBlock: Sendable {
  /// The residual stream after the layer, [rows, width].
  func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor

  /// The same layer with what the walk makes of its linear maps.
  func walked(_ name: String, by walk: inout some LinearWalk) -> any DecoderBlock
}

/// The layer that ``Wiring`` describes: a mixer and a feed-forward part, joined by norms and residuals.
package struct WiredBlock: DecoderBlock {
  /// The wiring with the norms that it needs.
  package enum Join: Sendable {
    case pre(mixer: Norm, feedForward: Norm)
    case post(mixer: Norm, feedForward: Norm)
    case summed(mixer: Norm, feedForward: Norm)
    case sandwich(mixer: Pair, feedForward: Pair)
    case parallel(mixer: Norm, feedForward: Norm)
    case parallelShared(Norm)
    case scaled(mixer: Norm, feedForward: Norm, branches: Float)
    case weighted(mixer: Norm, feedForward: Norm, residual: Float)

    /// The norms before and after one part.
    package struct Pair: Sendable {
      let before: Norm
      let after: Norm
    }
  }

  let mixer: Mixer
  let feedForward: FeedForward
  let join: Join

  package func walked(_ name: String, by walk: inout some LinearWalk) -> any DecoderBlock {
    WiredBlock(
      mixer: mixer.walked("\(name).mixer", by: &walk), feedForward: feedForward.walked("\(name).feedForward", by: &walk),
      join: join)
  }

  package func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    switch join {
    case .pre(let mixerNorm, let feedForwardNorm):
      let mixed = mixer(mixerNorm(x, on: cpu), addingTo: x, step: step)
      return feedForward(feedForwardNorm(mixed, on: cpu), addingTo: mixed, step: step)
    case .post(let mixerNorm, let feedForwardNorm):
      let mixed = cpu.add(x, mixerNorm(mixer(x, addingTo: nil, step: step), on: cpu))
      return cpu.add(mixed, feedForwardNorm(feedForward(mixed, addingTo: nil, step: step), on: cpu))
    case .summed(let mixerNorm, let feedForwardNorm):
      let mixed = mixerNorm(mixer(x, addingTo: x, step: step), on: cpu)
      return feedForwardNorm(feedForward(mixed, addingTo: mixed, step: step), on: cpu)
    case .sandwich(let mixerNorms, let feedForwardNorms):
      let inner = mixer(mixerNorms.before(x, on: cpu), addingTo: nil, step: step)
      let mixed = cpu.add(x, mixerNorms.after(inner, on: cpu))
      let outer = feedForward(feedForwardNorms.before(mixed, on: cpu), addingTo: nil, step: step)
      return cpu.add(mixed, feedForwardNorms.after(outer, on: cpu))
    case .parallel(let mixerNorm, let feedForwardNorm):
      let mixed = mixer(mixerNorm(x, on: cpu), addingTo: x, step: step)
      return feedForward(feedForwardNorm(x, on: cpu), addingTo: mixed, step: step)
    case .parallelShared(let norm):
      let normalized = norm(x, on: cpu)
      let mixed = mixer(normalized, addingTo: x, step: step)
      return feedForward(normalized, addingTo: mixed, step: step)
    case .scaled(let mixerNorm, let feedForwardNorm, let factor):
      let inner = mixer(mixerNorm(x, on: cpu), addingTo: nil, step: step)
      let mixed = cpu.add(x, cpu.scale(inner, by: factor))
      let outer = feedForward(feedForwardNorm(mixed, on: cpu), addingTo: nil, step: step)
      return cpu.add(mixed, cpu.scale(outer, by: factor))
    case .weighted(let mixerNorm, let feedForwardNorm, let factor):
      let inner = mixerNorm(x, on: cpu)
      let mixed = mixer(inner, addingTo: cpu.scale(inner, by: factor), step: step)
      let outer = feedForwardNorm(mixed, on: cpu)
      return feedForward(outer, addingTo: cpu.scale(outer, by: factor), step: step)
    }
  }
}
