import InkNN
import InkTensor

/// One encoder layer with its weights.
struct EncoderBlock: Sendable {
  let attention: GroupedAttention
  let feedForward: FeedForward
  let attentionNorm: Norm
  let feedForwardNorm: Norm
  let placement: NormPlacement

  /// The same layer with what the walk makes of its parts.
  func walked(_ name: String, by walk: inout some LinearWalk) -> EncoderBlock {
    EncoderBlock(
      attention: attention.walked("\(name).attention", by: &walk),
      feedForward: feedForward.walked("\(name).feedForward", by: &walk),
      attentionNorm: walk.visit("\(name).attentionNorm", attentionNorm),
      feedForwardNorm: walk.visit("\(name).feedForwardNorm", feedForwardNorm), placement: placement)
  }

  /// The residual stream after the layer, [rows, width].
  func callAsFunction(_ x: Tensor, step: DecoderStep) -> Tensor {
    let rows = step.linears
    switch placement {
    case .before:
      let inner = attentionNorm(x, in: rows)
      let mixed = step.adding(to: x, "attention") { attention(inner, addingTo: $0, step: step) }
      let outer = feedForwardNorm(mixed, in: rows)
      return step.adding(to: mixed, "feedForward") { feedForward(outer, addingTo: $0, step: step) }
    case .afterSum:
      let mixed = attentionNorm(
        step.adding(to: x, "attention") { attention(x, addingTo: $0, step: step) }, in: rows)
      return feedForwardNorm(
        step.adding(to: mixed, "feedForward") { feedForward(mixed, addingTo: $0, step: step) }, in: rows)
    }
  }
}
