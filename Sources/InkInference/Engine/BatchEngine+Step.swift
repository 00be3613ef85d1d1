import InkChat
import InkModels
import InkNN
import InkTensor

/// The rows of one request in a step.
struct StepShare {
  let id: RequestID
  /// Rows of the step.
  let rows: Range<Int>
  /// Position in the sequence of the first row.
  let start: Int
  /// What the last rows are guesses of.
  let guesses: [Int32]
  /// What its rows are computed with beside the model.
  let adapter: AdapterName?
}

extension BatchEngine {
  /// Computes a step and gives each request what it brings.
  func compute(_ step: ScheduledStep) {
    var tokens: [Int32] = []
    var segments: [AttentionSegment] = []
    var embedded: [EmbeddedRows] = []
    var virtual: [VirtualRows] = []
    var shares: [StepShare] = []
    for advance in step.advances {
      do throws(GenerationError) { try lookAtPictures(of: advance.id) } catch {
        fail(advance.id, error)
        continue
      }
      guard let start = store[advance.id]?.cache.length,
        let (next, guesses) = store[advance.id]?.next(advance.tokens, guesses: guesses(of: advance.id))
      else { continue }
      let rows = tokens.count..<tokens.count + next.count
      if let segment = store[advance.id]?.cache.extend(by: next[...], rows: rows) { segments.append(segment) }
      for picture in store[advance.id]?.pictureRows ?? [] {
        if let part = picture.part(of: start..<start + next.count, firstRow: rows.lowerBound) { embedded.append(part) }
      }
      let adapter = store[advance.id]?.origin.adapter
      if let part = virtualRows(rows, from: start, adapter) { virtual.append(part) }
      tokens += next
      shares.append(StepShare(id: advance.id, rows: rows, start: start, guesses: guesses, adapter: adapter))
    }
    guard !shares.isEmpty else { return }
    totals.steps += 1
    totals.requestsInSteps += shares.count
    let hidden = model.decoder.hiddenStates(
      tokens: tokens, segments: segments, embedded: embedded,
      adapters: AdapterRows(parts: shares.map { ($0.rows.count, $0.adapter) }), virtual: virtual,
      experts: model.expertObserver, on: model.cpu)
    writeAnswers(shares, hidden)
    for share in shares { score(share, hidden) }
    guessAhead(shares, hidden)
  }

  private func guesses(of id: RequestID) -> [Int32] {
    guard case .answer(let work)? = requests[id]?.work else { return [] }
    return work.guesses
  }

  private func lookAtPictures(of id: RequestID) throws(GenerationError) {
    guard let sequence = store[id], sequence.pictureRows == nil, !sequence.pictures.isEmpty else { return }
    let prompt = ModelPrompt(tokens: sequence.tokens, pictures: sequence.pictures)
    store[id]?.pictureRows = try model.pictureRows(of: prompt, after: sequence.cache.length)
  }

  /// Tells the scheduler how far a request is, and keeps its new pages for others.
  func settle(_ id: RequestID, guesses: Int = 0) {
    guard let cached = store[id]?.cache.length, let known = store[id]?.tokens.count else { return }
    scheduler.note(id, cached: cached, known: known, guessed: guesses)
    store.keep(id)
  }
}
