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
      mixer: mixer.walked("\(name).mixer", by: &walk),
      feedForward: feedForward.walked("\(name).feedForward", by: &walk),
      join: join)
  }

  package func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    switch join {
    case .pre(let mixerNorm, let feedForwardNorm):
      let mixed = added(mixerNorm(x, on: cpu), to: x, step)
      return fed(feedForwardNorm(mixed, on: cpu), to: mixed, step)
    case .post(let mixerNorm, let feedForwardNorm):
      let mixed = cpu.add(x, mixerNorm(mix(x, step), on: cpu))
      return cpu.add(mixed, feedForwardNorm(fed(mixed, step), on: cpu))
    case .summed(let mixerNorm, let feedForwardNorm):
      let mixed = mixerNorm(added(x, to: x, step), on: cpu)
      return feedForwardNorm(fed(mixed, to: mixed, step), on: cpu)
    case .sandwich(let mixerNorms, let feedForwardNorms):
      let inner = mix(mixerNorms.before(x, on: cpu), step)
      let mixed = cpu.add(x, mixerNorms.after(inner, on: cpu))
      let outer = fed(feedForwardNorms.before(mixed, on: cpu), step)
      return cpu.add(mixed, feedForwardNorms.after(outer, on: cpu))
    case .parallel(let mixerNorm, let feedForwardNorm):
      let mixed = added(mixerNorm(x, on: cpu), to: x, step)
      return fed(feedForwardNorm(x, on: cpu), to: mixed, step)
    case .parallelShared(let norm):
      let normalized = norm(x, on: cpu)
      let mixed = added(normalized, to: x, step)
      return fed(normalized, to: mixed, step)
    case .scaled(let mixerNorm, let feedForwardNorm, let factor):
      let inner = mix(mixerNorm(x, on: cpu), step)
      let mixed = cpu.add(x, cpu.scale(inner, by: factor))
      let outer = fed(feedForwardNorm(mixed, on: cpu), step)
      return cpu.add(mixed, cpu.scale(outer, by: factor))
    case .weighted(let mixerNorm, let feedForwardNorm, let factor):
      let inner = mixerNorm(x, on: cpu)
      let mixed = added(inner, to: cpu.scale(inner, by: factor), step)
      let outer = feedForwardNorm(mixed, on: cpu)
      return fed(outer, to: cpu.scale(outer, by: factor), step)
    }
  }

  private func mix(_ x: Tensor, _ step: DecoderStep) -> Tensor {
    step.dropping("mixer", mixer(x, addingTo: nil, step: step))
  }

  private func added(_ x: Tensor, to residual: Tensor, _ step: DecoderStep) -> Tensor {
    step.adding(to: residual, "mixer") { mixer(x, addingTo: $0, step: step) }
  }

  private func fed(_ x: Tensor, _ step: DecoderStep) -> Tensor {
    step.dropping("feedForward", feedForward(x, addingTo: nil, step: step))
  }

  private func fed(_ x: Tensor, to residual: Tensor, _ step: DecoderStep) -> Tensor {
    step.adding(to: residual, "feedForward") { feedForward(x, addingTo: $0, step: step) }
  }
}
