import InkModels
import InkNN
import InkTensor

extension BatchEngine {
  /// Lets what writes ahead go on from the answers of a step.
  ///
  /// - Parameter hidden: the last hidden states of the step, [rows, width].
  func guessAhead(_ shares: [StepShare], _ hidden: Tensor) {
    let written: [RequestID: [Int32]]
    switch ahead {
    case .none: return
    case .draft(let writer):
      let starts = shares.compactMap { start(behind: $0) }
      guard !starts.isEmpty else { return }
      // A draft that fails costs its guesses and nothing else.
      written = (try? writer.guesses(starts)) ?? [:]
    case .prediction(let writer): written = writer.guesses(behind: shares.compactMap { progress(of: $0) }, hidden)
    }
    for (id, guesses) in written {
      guard case .answer(let work)? = requests[id]?.work else { continue }
      work.guesses = guesses
      settle(id, guesses: guesses.count)
    }
  }

  private func start(behind share: StepShare) -> DraftWriter.Start? {
    guard let (sequence, count) = writable(share), count > 0 else { return nil }
    return DraftWriter.Start(id: share.id, tokens: sequence.tokens, count: count)
  }

  private func progress(of share: StepShare) -> PredictionWriter.Progress? {
    guard let (sequence, count) = writable(share), share.start < sequence.cache.length else { return nil }
    return PredictionWriter.Progress(
      id: share.id, tokens: sequence.tokens, computed: share.start..<sequence.cache.length,
      firstRow: share.rows.lowerBound, count: count, plan: sequence.origin.plan)
  }

  /// The sequence of an answer that goes on, and how many tokens to guess: none while known ones are still read.
  private func writable(_ share: StepShare) -> (sequence: CachedSequence, count: Int)? {
    guard case .answer(let work)? = requests[share.id]?.work, let sequence = store[share.id] else { return nil }
    let isRead = work.promptRead != nil && sequence.cache.length + 1 == sequence.tokens.count
    return (sequence, isRead ? work.appetite.count : 0)
  }
}
