package import InkChat
package import InkModels
package import InkNN
package import InkTensor

extension DecoderLM {
  /// The logits of every token of one sequence, [tokens, vocabulary], computed at once. Needs no tokenizer.
  ///
  /// - Parameter adapter: one that is attached; its virtual tokens stand before the sequence and have no row in the result.
  /// - Throws: `invalidInput` for a token outside the vocabulary, no token at all, a blank-filling model without a blank,
  ///   or an adapter that is not attached; `contextExceeded` when the sequence is longer than the context; `unsupported`
  ///   for virtual tokens before a sequence that is not causal.
  package func logits(
    ofSequence tokens: [Int32], adapter: AdapterName? = nil, on cpu: CPU
  ) throws(GenerationError) -> Tensor {
    guard !tokens.isEmpty else {
      throw GenerationError(code: .invalidInput, context: "tokens", expected: "at least one", found: "none")
    }
    if let adapter, !adapterNames.contains(adapter) {
      throw GenerationError(
        code: .invalidInput, context: "adapter", expected: adapterNames.map(\.text).joined(separator: ", "),
        found: adapter.text)
    }
    let virtual = adapter.map { virtualTokenCount(of: $0) } ?? 0
    let room = max(spec.contextLength - virtual, 0)
    guard tokens.count <= room else {
      throw GenerationError(
        code: .contextExceeded, context: "sequence",
        expected: "at most \(room) tokens (the context length"
          + (virtual > 0 ? " without \(virtual) virtual tokens)" : ")"), found: "\(tokens.count)")
    }
    if let outside = tokens.first(where: { $0 < 0 || Int($0) >= spec.vocabulary }) {
      throw GenerationError(
        code: .invalidInput, context: "tokens", expected: "ids below \(spec.vocabulary)", found: "\(outside)")
    }
    guard let arrangement = spec.arrangement.arrangement(ofPrompt: tokens) else {
      throw GenerationError(
        code: .invalidInput, context: "tokens",
        expected: "a blank ([gMASK] or [MASK]) and then the start token (<sop>)",
        found: "\(tokens.count) tokens without them")
    }
    guard virtual == 0 || arrangement == .causal else {
      throw GenerationError(
        code: .unsupported, context: "adapter \(adapter?.text ?? "")",
        expected: "a model that reads from left to right",
        found: "\(virtual) virtual tokens before a context that sees itself")
    }
    // Rows of virtual tokens are like those of tokens, whose ids do not matter.
    let rows = [Int32](repeating: 0, count: virtual) + tokens
    let plan = SequencePlan(arrangement: arrangement, extent: shortestExtent(computedLike: rows.count))
    var cache = SequenceCache(layout: cacheLayout)
    cache.follow(plan)
    let segment = cache.extend(by: rows[...], rows: 0..<rows.count)
    var prompts: [VirtualRows] = []
    if let adapter, virtual > 0 { prompts = [VirtualRows(start: 0, tokens: 0..<virtual, adapter: adapter)] }
    let hidden = hiddenStates(
      tokens: rows, segments: [segment], adapters: AdapterRows(parts: [(rows.count, adapter)]), virtual: prompts,
      on: cpu)
    return logits(
      of: hidden.slice(virtual..<rows.count), adapters: AdapterRows(parts: [(tokens.count, adapter)]), on: cpu)
  }
}
