import InkChat
import InkModels
import InkNN

extension BatchEngine {
  /// A prompt with room for the virtual tokens of its adapter in front: rows like those of tokens, whose ids do not
  /// matter.
  struct AdaptedPrompt {
    let prompt: ModelPrompt
    let adapter: AdapterName?
    /// How many virtual tokens there are.
    let virtual: Int
  }

  /// - Throws: `invalidInput` for an unknown adapter, `unsupported` for pictures behind virtual tokens.
  func adapted(_ prompt: ModelPrompt, _ name: String?) throws(GenerationError) -> AdaptedPrompt {
    let adapter = try model.adapter(named: name)
    let count = adapter.map { model.decoder.virtualTokenCount(of: $0) } ?? 0
    guard count > 0 else { return AdaptedPrompt(prompt: prompt, adapter: adapter, virtual: 0) }
    guard prompt.pictures.isEmpty else {
      throw GenerationError(
        code: .unsupported, context: "adapter \(adapter?.text ?? "")", expected: "a prompt without pictures",
        found: "\(prompt.pictures.count) pictures")
    }
    let tokens = [Int32](repeating: 0, count: count) + prompt.tokens
    return AdaptedPrompt(prompt: ModelPrompt(tokens: tokens), adapter: adapter, virtual: count)
  }

  /// Refuses an answer that has no room behind the virtual tokens.
  func requireRoom(_ length: Int, _ adapted: AdaptedPrompt) throws(GenerationError) {
    guard adapted.virtual > 0, length + adapted.virtual > contextLength else { return }
    throw GenerationError(
      code: .contextExceeded, context: "adapter \(adapted.adapter?.text ?? "")",
      expected: "at most \(contextLength - adapted.virtual) tokens of prompt and answer beside its virtual ones",
      found: "\(length)", hint: "Ask for fewer tokens.")
  }

  /// The virtual tokens among the rows of a share.
  func virtualRows(_ rows: Range<Int>, from start: Int, _ adapter: AdapterName?) -> VirtualRows? {
    guard let adapter else { return nil }
    let end = min(model.decoder.virtualTokenCount(of: adapter), start + rows.count)
    guard start < end else { return nil }
    return VirtualRows(start: rows.lowerBound, tokens: start..<end, adapter: adapter)
  }

  /// Tokens of a request that were there already, without virtual ones.
  func reusedTokens(of id: RequestID) -> Int {
    guard let sequence = store[id] else { return 0 }
    let virtual = sequence.origin.adapter.map { model.decoder.virtualTokenCount(of: $0) } ?? 0
    return max(sequence.reused - virtual, 0)
  }
}
