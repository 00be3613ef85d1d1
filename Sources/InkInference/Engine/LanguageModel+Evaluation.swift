package import InkChat
import InkModels
import InkNN
package import InkTensor

extension LanguageModel {
  /// Which positions of the tokens that are fed get logits.
  package enum LogitRows: Sendable {
    /// The last one: the next token is to be chosen.
    case last
    /// Those from an index on, counted in the tokens that are fed.
    case from(Int)
  }

  /// Feeds tokens to a sequence and returns logits, [rows wanted, vocabulary].
  ///
  /// The tokens go through in chunks; the result does not depend on how many (law 2). A cache without a plan gets that of
  /// a sequence as long as the context, whose prompt the tokens are.
  ///
  /// - Parameter pictures: rows that stand in place of tokens, at positions of the sequence.
  /// - Throws: `invalidInput` for a token outside the vocabulary or no token at all, `contextExceeded` when the sequence
  ///   would outgrow the context, `cancelled` when `shouldStop` says so between chunks.
  package func evaluate(
    _ tokens: [Int32], pictures: [SequenceRows] = [], cache: inout SequenceCache, rows: LogitRows = .last,
    chunk: Int = promptChunk, shouldStop: () -> Bool = { false }
  ) throws(GenerationError) -> Tensor {
    try check(tokens, after: cache.length)
    if cache.plan == nil { cache.follow(try plan(tokens, length: contextLength)) }
    let firstWanted: Int
    switch rows {
    case .last: firstWanted = tokens.count - 1
    case .from(let index): firstWanted = min(max(index, 0), tokens.count - 1)
    }
    var wanted: [Float] = []
    var start = 0
    while true {
      if start > 0, shouldStop() { throw GenerationError(code: .cancelled, context: "prompt processing") }
      // Tokens that see each other are computed together.
      let together = max((cache.plan?.arrangement.context ?? 0) - cache.length, 0)
      let end = min(start + max(chunk, together, 1), tokens.count)
      let segment = cache.extend(by: tokens[start..<end], rows: 0..<end - start)
      let adapters = try ownRows(end - start)
      let hidden = decoder.hiddenStates(
        tokens: Array(tokens[start..<end]), segments: [segment],
        embedded: pictures.compactMap { $0.part(of: segment.firstPosition..<cache.length) }, adapters: adapters,
        experts: expertObserver, on: cpu)
      if end > firstWanted {
        let wantedRows = max(firstWanted - start, 0)..<end - start
        let logits = decoder.logits(
          of: hidden.slice(wantedRows), adapters: adapters.picking(Array(wantedRows)), on: cpu)
        if end == tokens.count, wanted.isEmpty { return logits }
        wanted.append(contentsOf: logits.toArray())
      }
      if end == tokens.count { break }
      start = end
    }
    return Tensor(wanted, shape: [tokens.count - firstWanted, decoder.spec.vocabulary])
  }

  /// Feeds tokens to a sequence and returns the hidden states of all of them, [tokens, width]: the head can then be
  /// applied to some rows at a time.
  package func hiddenStates(_ tokens: [Int32], cache: inout SequenceCache) throws(GenerationError) -> Tensor {
    try check(tokens, after: cache.length)
    var states: [Float] = []
    states.reserveCapacity(tokens.count * decoder.spec.width)
    if cache.plan == nil { cache.follow(try plan(tokens, length: tokens.count)) }
    var start = 0
    while start < tokens.count {
      let together = max((cache.plan?.arrangement.context ?? 0) - cache.length, 0)
      let part = tokens[start..<min(start + max(LanguageModel.promptChunk, together), tokens.count)]
      start = part.endIndex
      let segment = cache.extend(by: part, rows: 0..<part.count)
      let hidden = decoder.hiddenStates(
        tokens: Array(part), segments: [segment], adapters: try ownRows(part.count), experts: expertObserver,
        on: cpu)
      if part.count == tokens.count { return hidden }
      hidden.withElements { span in for index in span.indices { states.append(span[index]) } }
    }
    return Tensor(states, shape: [tokens.count, decoder.spec.width])
  }

  /// Makes sure that tokens can be fed to a sequence of that length.
  func check(_ tokens: [Int32], after length: Int) throws(GenerationError) {
    guard !tokens.isEmpty else {
      throw GenerationError(code: .invalidInput, context: "tokens", expected: "at least one", found: "none")
    }
    for token in tokens where token < 0 || Int(token) >= decoder.spec.vocabulary { throw unknownToken(token) }
    guard tokens.count <= contextLength - length else {
      throw GenerationError(
        code: .contextExceeded, context: "sequence", expected: "at most \(contextLength) tokens (the context length)",
        found: "\(length + tokens.count)", hint: "Shorten the prompt or choose a model with a longer context.")
    }
  }

  /// The error for an id outside the vocabulary.
  func unknownToken(_ token: Int32) -> GenerationError {
    GenerationError(
      code: .invalidInput, context: "token \(token)", expected: "an id below \(decoder.spec.vocabulary)",
      found: "\(token)", hint: "The tokenizer does not belong to this model.")
  }
}
