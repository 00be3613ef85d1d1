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

  /// The residual stream after the layer, [rows, width].
  ///
  /// - Parameter sources: for each sequence of the step, the source it looks at.
  func callAsFunction(_ x: Tensor, step: DecoderStep, sources: [AttentionSegment]) -> Tensor {
    let cpu = step.cpu
    switch placement {
    case .before:
      let mixed = selfAttention(selfAttentionNorm(x, on: cpu), addingTo: x, step: step)
      let crossed = crossAttention(crossAttentionNorm(mixed, on: cpu), addingTo: mixed, segments: sources, on: cpu)
      return feedForward(feedForwardNorm(crossed, on: cpu), addingTo: crossed, on: cpu)
    case .afterSum:
      let mixed = selfAttentionNorm(selfAttention(x, addingTo: x, step: step), on: cpu)
      let crossed = crossAttentionNorm(crossAttention(mixed, addingTo: mixed, segments: sources, on: cpu), on: cpu)
      return feedForwardNorm(feedForward(crossed, addingTo: crossed, on: cpu), on: cpu)
    }
  }
}
