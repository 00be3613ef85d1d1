package import InkChat
package import InkModels
package import InkTensor

extension DecoderLM {
  /// The logits of every token of one sequence, [tokens, vocabulary], computed at once. Needs no tokenizer.
  ///
  /// - Throws: `invalidInput` for a token outside the vocabulary, no token at all, or a blank-filling model without a
  ///   blank; `contextExceeded` when the sequence is longer than the context.
  package func logits(ofSequence tokens: [Int32], on cpu: CPU) throws(GenerationError) -> Tensor {
    guard !tokens.isEmpty else {
      throw GenerationError(code: .invalidInput, context: "tokens", expected: "at least one", found: "none")
    }
    guard tokens.count <= spec.contextLength else {
      throw GenerationError(
        code: .contextExceeded, context: "sequence",
        expected: "at most \(spec.contextLength) tokens (the context length)", found: "\(tokens.count)")
    }
    if let outside = tokens.first(where: { $0 < 0 || Int($0) >= spec.vocabulary }) {
      throw GenerationError(
        code: .invalidInput, context: "tokens", expected: "ids below \(spec.vocabulary)", found: "\(outside)")
    }
    guard let arrangement = spec.arrangement.arrangement(ofPrompt: tokens) else {
      throw GenerationError(
        code: .invalidInput, context: "tokens", expected: "a blank ([gMASK] or [MASK]) and then the start token (<sop>)",
        found: "\(tokens.count) tokens without them")
    }
    let plan = SequencePlan(arrangement: arrangement, extent: shortestExtent(computedLike: tokens.count))
    var cache = SequenceCache(layout: cacheLayout)
    cache.follow(plan)
    let segment = cache.extend(by: tokens[...], rows: 0..<tokens.count)
    return logits(of: hiddenStates(tokens: tokens, segments: [segment], on: cpu), on: cpu)
  }
}
