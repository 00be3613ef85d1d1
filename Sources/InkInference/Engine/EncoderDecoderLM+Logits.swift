package import InkChat
package import InkModels
package import InkTensor

extension EncoderDecoderLM {
  /// The logits of every token of a target, [tokens, vocabulary], computed at once. Needs no tokenizer.
  ///
  /// - Parameters:
  ///   - source: what the encoder reads.
  ///   - target: what the decoder reads, from the token that targets begin with.
  /// - Throws: `invalidInput` for a token outside the vocabulary or no token at all, `contextExceeded` when the source is
  ///   longer than the model's positions reach.
  package func logits(ofTarget target: [Int32], source: [Int32], on cpu: CPU) throws(GenerationError) -> Tensor {
    let input = EncoderInput(tokens: source)
    try input.require(for: spec.encoder, "source")
    guard !target.isEmpty else {
      throw GenerationError(code: .invalidInput, context: "target", expected: "at least one token", found: "none")
    }
    if let outside = target.first(where: { $0 < 0 || Int($0) >= spec.vocabulary }) {
      throw GenerationError(
        code: .invalidInput, context: "target", expected: "ids below \(spec.vocabulary)", found: "\(outside)")
    }
    let states = encoder.states(of: [input], on: cpu)
    let hidden = hiddenStates(
      tokens: target, segments: [AttentionSegment(wholeSequence: 0..<target.count)], states: states, on: cpu)
    return logits(of: hidden, on: cpu)
  }
}

extension EncoderLM {
  /// The logits of the classes of one sequence, [1, labels], or [tokens, labels] where every token has some. Needs no
  /// tokenizer.
  ///
  /// - Throws: `unsupported` for a model without a head of classes, otherwise as the logits of a target.
  package func classLogits(ofSequence tokens: [Int32], on cpu: CPU) throws(GenerationError) -> Tensor {
    let input = EncoderInput(tokens: tokens)
    try input.require(for: spec, "tokens")
    guard let logits = classLogits(states(of: [input], on: cpu), on: cpu) else {
      throw GenerationError(
        code: .unsupported, context: "model", expected: "a head of classes", found: "an encoder without one",
        hint: "Its vectors are shown by inkstone embed.")
    }
    return logits
  }
}

extension EncoderInput {
  /// Fails where a model cannot read the sequence.
  fileprivate func require(for spec: EncoderSpec, _ context: String) throws(GenerationError) {
    switch check(for: spec) {
    case nil: return
    case .empty?:
      throw GenerationError(code: .invalidInput, context: context, expected: "at least one token", found: "none")
    case .tooLong(let limit)?:
      throw GenerationError(
        code: .contextExceeded, context: context, expected: "at most \(limit) tokens", found: "\(tokens.count)")
    case .token(let token)?:
      throw GenerationError(
        code: .invalidInput, context: context, expected: "ids below \(spec.vocabulary)", found: "\(token)")
    case .typeCount(let count)?:
      throw GenerationError(code: .invalidInput, context: context, expected: "a kind a token", found: "\(count)")
    case .type(let type)?:
      throw GenerationError(
        code: .invalidInput, context: context, expected: "kinds below \(spec.embedding.tokenTypes)", found: "\(type)")
    }
  }
}
