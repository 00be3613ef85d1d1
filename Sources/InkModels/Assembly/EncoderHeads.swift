import InkNN
package import InkTensor

/// What stands on top of an encoder, with its weights.
struct EncoderHeads: Sendable {
  /// The head of masked language modelling.
  struct Masked: Sendable {
    let transform: Linear
    let activation: ActivationFunction
    let norm: Norm
    let decoder: Linear
  }

  /// The head of classes.
  enum Classifier: Sendable {
    case pooled(Linear)
    case firstToken(transform: Linear, Linear)
    case everyToken(Linear)
  }

  let pooler: Linear?
  let masked: Masked?
  let nextSentence: Linear?
  let classifier: Classifier?
}

extension EncoderLM {
  /// One vector that stands for each sequence, [sequences, width]; nil when the checkpoint has no pooler.
  package func pooled(_ states: EncoderStates, on cpu: CPU) -> Tensor? {
    heads.pooler.map { hyperbolicTangent($0(states.firstTokens(on: cpu), on: cpu), on: cpu) }
  }

  /// The logits of what could stand in the place of each row, [rows, vocabulary]; nil without such a head.
  package func maskedLogits(of rows: Tensor, on cpu: CPU) -> Tensor? {
    heads.masked.map { head in
      let bent = cpu.activate(head.transform(rows, on: cpu), head.activation)
      return head.decoder(head.norm(bent, on: cpu), on: cpu)
    }
  }

  /// The two logits of whether the second text follows the first, [sequences, 2]; nil without such a head.
  package func nextSentenceLogits(_ states: EncoderStates, on cpu: CPU) -> Tensor? {
    guard let head = heads.nextSentence, let pooled = pooled(states, on: cpu) else { return nil }
    return head(pooled, on: cpu)
  }

  /// The logits of the classes, [sequences, labels], or [tokens, labels] where every token has some, virtual ones apart;
  /// nil without such a head.
  package func classLogits(_ states: EncoderStates, on cpu: CPU) -> Tensor? {
    switch heads.classifier {
    case nil: return nil
    case .pooled(let output)?: return pooled(states, on: cpu).map { output($0, on: cpu) }
    case .firstToken(let transform, let output)?:
      return output(hyperbolicTangent(transform(states.firstTokens(on: cpu), on: cpu), on: cpu), on: cpu)
    case .everyToken(let output)?: return output(states.tokens(on: cpu), on: cpu)
    }
  }

  /// A soft cap of one is the hyperbolic tangent.
  private func hyperbolicTangent(_ x: Tensor, on cpu: CPU) -> Tensor { cpu.softCap(x, cap: 1) }
}
