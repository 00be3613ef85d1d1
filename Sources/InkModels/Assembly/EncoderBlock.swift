import InkNN
import InkTensor

/// One encoder layer with its weights.
struct EncoderBlock: Sendable {
  let attention: GroupedAttention
  let feedForward: FeedForward
  let attentionNorm: Norm
  let feedForwardNorm: Norm
  let placement: NormPlacement

  /// The residual stream after the layer, [rows, width].
  func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    switch placement {
    case .before:
      let mixed = attention(attentionNorm(x, on: cpu), addingTo: x, step: step)
      return feedForward(feedForwardNorm(mixed, on: cpu), addingTo: mixed, on: cpu)
    case .afterSum:
      let mixed = attentionNorm(attention(x, addingTo: x, step: step), on: cpu)
      return feedForwardNorm(feedForward(mixed, addingTo: mixed, on: cpu), on: cpu)
    }
  }
}
