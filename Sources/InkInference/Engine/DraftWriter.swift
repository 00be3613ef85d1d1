import InkChat
import InkModels
import InkTensor

/// A smaller model that writes ahead what a larger one checks (Leviathan, Kalman and Matias, 2023).
///
/// It reads what is known of a sequence and takes its own most probable tokens, for all requests of a step at once. What it
/// is wrong about is forgotten when the known tokens say otherwise.
///
/// Belongs to one engine.
final class DraftWriter {
  /// A sequence to be written on.
  struct Start {
    let id: RequestID
    /// All its known tokens.
    let tokens: [Int32]
    /// Tokens to guess.
    let count: Int
  }

  private let model: LanguageModel
  /// Rows of the checked model's embedding: what lies beyond, in rows that fill up the draft's, is no guess.
  private let vocabulary: Int
  private var caches: [RequestID: SequenceCache] = [:]

  /// A writer for a model.
  init(_ draft: DraftModel, vocabulary: Int) {
    model = draft.model
    self.vocabulary = vocabulary
  }

  /// Forgets a sequence.
  func forget(_ id: RequestID) { caches[id] = nil }

  /// Guesses of each sequence; none for one that is too long for the model.
  func guesses(_ starts: [Start]) throws(GenerationError) -> [RequestID: [Int32]] {
    var written: [RequestID: [Int32]] = [:]
    let starts = starts.filter { $0.count > 0 && $0.tokens.count + $0.count <= model.contextLength }
    for start in starts { try read(start) }
    var stopped: Set<RequestID> = []
    for turn in 0..<(starts.map(\.count).max() ?? 0) {
      let going = starts.filter { $0.count > turn && !stopped.contains($0.id) }
      if going.isEmpty { break }
      let next = going.map { written[$0.id]?.last ?? $0.tokens[$0.tokens.count - 1] }
      var segments: [AttentionSegment] = []
      for (row, start) in going.enumerated() {
        if let segment = caches[start.id]?.extend(by: [next[row]], rows: row..<row + 1) { segments.append(segment) }
      }
      let hidden = model.decoder.hiddenStates(tokens: next, segments: segments, on: model.cpu)
      let logits = model.decoder.logits(of: hidden, on: model.cpu)
      for (row, start) in going.enumerated() {
        let token = try logits[row].withElements { span throws(GenerationError) in try LogitPeak(of: span).token }
        if Int(token) < vocabulary { written[start.id, default: []].append(token) } else { stopped.insert(start.id) }
      }
    }
    return written
  }

  /// Brings the cache of a sequence up to its last known token, which is fed by the first guess.
  private func read(_ start: Start) throws(GenerationError) {
    var cache = caches.removeValue(forKey: start.id) ?? model.makeCache()
    if cache.length == 0 { cache.follow(try model.plan(start.tokens, length: model.contextLength)) }
    cache.truncate(to: min(cache.commonPrefix(with: start.tokens), start.tokens.count - 1))
    let missing = Array(start.tokens[cache.length..<start.tokens.count - 1])
    if !missing.isEmpty { _ = try model.hiddenStates(missing, cache: &cache) }
    caches[start.id] = cache
  }
}
