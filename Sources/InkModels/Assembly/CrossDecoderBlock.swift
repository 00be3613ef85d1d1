import InkNN
import InkTensor

/// One decoder layer that looks at an encoded source, with its weights.
struct CrossDecoderBlock: Sendable {
  let selfAttention: GroupedAttention
  let crossAttention: CrossAttention
  let feedForward: FeedForward
  let selfAttentionNorm: Norm
  let crossAttentionNorm: Norm
  let feedForwardNorm: Norm
  let placement: NormPlacement

  /// What the layer looks at besides its own sequence.
  enum Sources: Sendable {
    /// For each sequence of the step the pages of the source it looks at.
    case pages([AttentionSegment])
    /// The rows of the sources, [rows, width], and for each sequence of the step which of them it looks at.
    case states(Tensor, [AttentionSegment])
  }

  /// The same layer with what the walk makes of its parts.
  func walked(_ name: String, by walk: inout some LinearWalk) -> CrossDecoderBlock {
    CrossDecoderBlock(
      selfAttention: selfAttention.walked("\(name).selfAttention", by: &walk),
      crossAttention: crossAttention.walked("\(name).crossAttention", by: &walk),
      feedForward: feedForward.walked("\(name).feedForward", by: &walk),
      selfAttentionNorm: walk.visit("\(name).selfAttentionNorm", selfAttentionNorm),
      crossAttentionNorm: walk.visit("\(name).crossAttentionNorm", crossAttentionNorm),
      feedForwardNorm: walk.visit("\(name).feedForwardNorm", feedForwardNorm), placement: placement)
  }

  /// The residual stream after the layer, [rows, width].
  func callAsFunction(_ x: Tensor, step: DecoderStep, sources: Sources) -> Tensor {
    let rows = step.linears
    switch placement {
    case .before:
      let inner = selfAttentionNorm(x, in: rows)
      let mixed = step.adding(to: x, "selfAttention") { selfAttention(inner, addingTo: $0, step: step) }
      let looking = crossAttentionNorm(mixed, in: rows)
      let crossed = step.adding(to: mixed, "crossAttention") { look(looking, addingTo: $0, sources, step) }
      let outer = feedForwardNorm(crossed, in: rows)
      return step.adding(to: crossed, "feedForward") { feedForward(outer, addingTo: $0, step: step) }
    case .afterSum:
      let mixed = selfAttentionNorm(
        step.adding(to: x, "selfAttention") { selfAttention(x, addingTo: $0, step: step) }, in: rows)
      let crossed = crossAttentionNorm(
        step.adding(to: mixed, "crossAttention") { look(mixed, addingTo: $0, sources, step) }, in: rows)
      return feedForwardNorm(
        step.adding(to: crossed, "feedForward") { feedForward(crossed, addingTo: $0, step: step) }, in: rows)
    }
  }

  private func look(_ x: Tensor, addingTo residual: Tensor?, _ sources: Sources, _ step: DecoderStep) -> Tensor {
    switch sources {
    case .pages(let segments): crossAttention(x, addingTo: residual, segments: segments, in: step.linears)
    case .states(let states, let rows):
      crossAttention(
        x, addingTo: residual, over: states, segments: step.segments, sources: rows, in: step.linears)
    }
  }
}
