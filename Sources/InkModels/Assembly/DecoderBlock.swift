package import InkNN
package import InkTensor

/// One layer with its weights.
///
/// Families that no wiring describes conform a type of their own.
package protocol DecoderBlock: Sendable {
  /// The residual stream after the layer, [rows, width].
  func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor

  /// The same layer with what the walk makes of its parts.
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
      join: join.walked(name, by: &walk))
  }

  package func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor {
    let (cpu, rows) = (step.cpu, step.linears)
    switch join {
    case .pre(let mixerNorm, let feedForwardNorm):
      let mixed = added(mixerNorm(x, in: rows), to: x, step)
      return fed(feedForwardNorm(mixed, in: rows), to: mixed, step)
    case .post(let mixerNorm, let feedForwardNorm):
      let mixed = cpu.add(x, mixerNorm(mix(x, step), in: rows))
      return cpu.add(mixed, feedForwardNorm(fed(mixed, step), in: rows))
    case .summed(let mixerNorm, let feedForwardNorm):
      let mixed = mixerNorm(added(x, to: x, step), in: rows)
      return feedForwardNorm(fed(mixed, to: mixed, step), in: rows)
    case .sandwich(let mixerNorms, let feedForwardNorms):
      let inner = mix(mixerNorms.before(x, in: rows), step)
      let mixed = cpu.add(x, mixerNorms.after(inner, in: rows))
      let outer = fed(feedForwardNorms.before(mixed, in: rows), step)
      return cpu.add(mixed, feedForwardNorms.after(outer, in: rows))
    case .parallel(let mixerNorm, let feedForwardNorm):
      let mixed = added(mixerNorm(x, in: rows), to: x, step)
      return fed(feedForwardNorm(x, in: rows), to: mixed, step)
    case .parallelShared(let norm):
      let normalized = norm(x, in: rows)
      let mixed = added(normalized, to: x, step)
      return fed(normalized, to: mixed, step)
    case .scaled(let mixerNorm, let feedForwardNorm, let factor):
      let inner = mix(mixerNorm(x, in: rows), step)
      let mixed = cpu.add(x, cpu.scale(inner, by: factor))
      let outer = fed(feedForwardNorm(mixed, in: rows), step)
      return cpu.add(mixed, cpu.scale(outer, by: factor))
    case .weighted(let mixerNorm, let feedForwardNorm, let factor):
      let inner = mixerNorm(x, in: rows)
      let mixed = added(inner, to: cpu.scale(inner, by: factor), step)
      let outer = feedForwardNorm(mixed, in: rows)
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

extension WiredBlock.Join {
  /// The same wiring with what the walk makes of its norms.
  fileprivate func walked(_ name: String, by walk: inout some LinearWalk) -> Self {
    let before = ("\(name).mixerNorm", "\(name).feedForwardNorm")
    let after = ("\(name).mixerOutputNorm", "\(name).feedForwardOutputNorm")
    switch self {
    case .pre(let mixer, let feedForward):
      return .pre(mixer: walk.visit(before.0, mixer), feedForward: walk.visit(before.1, feedForward))
    case .post(let mixer, let feedForward):
      return .post(mixer: walk.visit(after.0, mixer), feedForward: walk.visit(after.1, feedForward))
    case .summed(let mixer, let feedForward):
      return .summed(mixer: walk.visit(after.0, mixer), feedForward: walk.visit(after.1, feedForward))
    case .sandwich(let mixer, let feedForward):
      return .sandwich(
        mixer: Pair(before: walk.visit(before.0, mixer.before), after: walk.visit(after.0, mixer.after)),
        feedForward: Pair(
          before: walk.visit(before.1, feedForward.before), after: walk.visit(after.1, feedForward.after)))
    case .parallel(let mixer, let feedForward):
      return .parallel(mixer: walk.visit(before.0, mixer), feedForward: walk.visit(before.1, feedForward))
    case .parallelShared(let norm): return .parallelShared(walk.visit(before.0, norm))
    case .scaled(let mixer, let feedForward, let factor):
      return .scaled(
        mixer: walk.visit(before.0, mixer), feedForward: walk.visit(before.1, feedForward), branches: factor)
    case .weighted(let mixer, let feedForward, let factor):
      return .weighted(
        mixer: walk.visit(before.0, mixer), feedForward: walk.visit(before.1, feedForward), residual: factor)
    }
  }
}
