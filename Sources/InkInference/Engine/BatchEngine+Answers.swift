import InkChat
import InkModels
import InkNN
import InkTensor

extension BatchEngine {
  /// An answer, the logits of its rows, and what comes of them.
  private struct Turn {
    let share: StepShare
    let work: AnswerWork
    /// Its rows among all logits: that of its last known token and those of its guesses.
    let logits: Range<Int>
    /// The reason to end, if there is one.
    var outcome: Result<FinishReason?, GenerationError> = .success(nil)
    /// Guesses that turned out right.
    var accepted = 0
    /// Tokens given out in this step.
    var given: ArraySlice<Int32> = []

    /// Chooses the next token; while it is the one that was guessed, the next row tells the one behind it.
    ///
    /// A token depends on the logits of its place and on the request's own random stream alone, so that guessing changes
    /// no token, greedy or not.
    mutating func take(_ all: Tensor) {
      let before = work.answer.tokens.count
      defer { given = work.answer.tokens[before...] }
      if let reason = work.answer.rule.reasonAtStart {
        outcome = .success(reason)
        return
      }
      do throws(GenerationError) {
        for (index, row) in logits.enumerated() {
          if let reason = try work.answer.advance(all[row], sink: work.sink) {
            outcome = .success(reason)
            return
          }
          guard index < share.guesses.count, work.answer.tokens.last == share.guesses[index] else { return }
          accepted += 1
        }
      } catch {
        outcome = .failure(error)
      }
    }
  }

  /// Chooses the next tokens of all answers whose known tokens have been computed.
  func writeAnswers(_ shares: [StepShare], _ hidden: Tensor) {
    var turns: [Turn] = []
    var wanted: [Int] = []
    for share in shares {
      guard case .answer(let work)? = requests[share.id]?.work, let cached = store[share.id]?.cache.length,
        let known = store[share.id]?.tokens.count
      else { continue }
      guard cached >= known else {
        settle(share.id)  // a part of a prompt: nothing to choose yet
        continue
      }
      if work.promptRead == nil { noteFirstLogits(of: work, share) }
      let rows = share.rows.upperBound - (cached - known) - 1..<share.rows.upperBound
      turns.append(Turn(share: share, work: work, logits: wanted.count..<wanted.count + rows.count))
      wanted += rows
    }
    guard !turns.isEmpty else { return }
    let logits = model.decoder.logits(
      of: model.cpu.pickRows(wanted, of: hidden),
      adapters: AdapterRows(parts: turns.map { ($0.logits.count, $0.share.adapter) }), on: model.cpu)
    model.cpu.threads.forEach(&turns) { _, turn in turn.take(logits) }
    for turn in turns { settle(turn) }
  }

  private func noteFirstLogits(of work: AnswerWork, _ share: StepShare) {
    work.promptRead = clock.now
    let count = work.answer.promptCount
    totals.promptTokens += count
    let reused = reusedTokens(of: share.id)
    totals.cachedPromptTokens += reused
    work.answer.cachedPrompt = reused
  }

  private func settle(_ turn: Turn) {
    let (id, work) = (turn.share.id, turn.work)
    totals.generatedTokens += turn.given.count
    totals.draftedTokens += turn.share.guesses.count
    totals.acceptedTokens += turn.accepted
    store[id]?.accept(turn.given, guessed: turn.accepted)
    switch turn.outcome {
    case .failure(let error): fail(id, error)
    case .success(let reason?): finish(id, work, reason)
    case .success(nil):
      work.appetite.learn(accepted: turn.accepted, of: turn.share.guesses.count)
      for token in turn.given { work.guesser?.append(token) }
      work.guesses = work.guesser?.guesses(work.appetite.count) ?? []
      settle(id, guesses: work.guesses.count)
    }
  }

  private func finish(_ id: RequestID, _ work: AnswerWork, _ reason: FinishReason) {
    guard let request = requests.removeValue(forKey: id) else { return }
    leave(id)
    let now = clock.now
    let promptRead = work.promptRead ?? now
    work.answer.finish(
      reason,
      timings: GenerationTimings(
        queue: request.queueTime, prompt: request.promptTime(until: promptRead), decode: promptRead.duration(to: now)),
      sink: work.sink)
    work.continuation.resume(returning: .success(()))
  }
}
