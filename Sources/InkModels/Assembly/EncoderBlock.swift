import InkNN
import InkTensor

/// One encoder layer with its weights.
struct EncoderBlock: Sendable {
  let attention: GroupedAttention
  let feedForward: FeedForward
  let attentionNorm: Norm
  let feedForwardNorm: Norm
  let placement: NormPlacement

  /// The same layer with what the walk makes of its linear maps.
  func walked(_ name: String, by walk: inout some LinearWalk) -> EncoderBlock {
    EncoderBlock(
      attention: attention.walked("\(name).attention", by: &walk),
      feedForward: feedForward.walked("\(name).feedForward", by: &walk), attentionNorm: attentionNorm,
      feedForwardNorm: feedForwardNorm, placement: placement)
  }

  /// The residual stream after the layer, [rows, width].
  func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor {
    let cpu = step.cpu
    switch placement {
    case .before:
      let inner = attentionNorm(x, on: cpu)
      let mixed = step.adding(to: x, "attention") { attention(inner, addingTo: $0, step: step) }
      let outer = feedForwardNorm(mixed, on: cpu)
      return step.adding(to: mixed, "feedForward") { feedForward(outer, addingTo: $0, step: step) }
    case .afterSum:
      let mixed = attentionNorm(
        step.adding(to: x, "attention") { attention(x, addingTo: $0, step: step) }, on: cpu)
      return feedForwardNorm(
        step.adding(to: mixed, "feedForward") { feedForward(mixed, addingTo: $0, step: step) }, on: cpu)
    }
  }
}
