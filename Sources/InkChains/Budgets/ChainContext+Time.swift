import Synchronization

extension ChainContext {
  /// Runs a step and cancels it when the time of the budget is over.
  ///
  /// - Throws: `budget` when the time was over first.
  package func runWithinTime<Part: Step>(_ part: Part, on input: Part.Input) async throws(ChainError) -> Part.Output {
    try await withinTime { () async throws(ChainError) in try await run(part, on: input) }
  }

  /// Does work and cancels it when the time of the budget is over.
  ///
  /// The limit holds for work that does not heed cancellation, too: it is left behind, and what it makes is dropped.
  package func withinTime<Output: Sendable>(
    _ work: @escaping @Sendable () async throws(ChainError) -> Output
  ) async throws(ChainError) -> Output {
    guard let left = meter.timeLeft else { return try await work() }
    guard left > .zero else { throw BudgetMeter.timeError(meter.timeLimit) }
    try checkCancellation()
    let race = Race<Output>()
    let limit = meter.timeLimit
    let clock = clock
    // Tasks of their own and not of a group, which would wait for work that never ends.
    let worker = Task {
      do throws(ChainError) { race.end(.success(try await work())) } catch { race.end(.failure(error)) }
    }
    let timer = Task {
      do throws(ChainError) { try await clock.sleep(for: left) } catch { return }
      race.end(.failure(BudgetMeter.timeError(limit)))
    }
    let result = await withTaskCancellationHandler {
      await race.result()
    } onCancel: {
      worker.cancel()
    }
    timer.cancel()
    worker.cancel()
    return try result.get()
  }
}

/// The first of two results.
private final class Race<Output: Sendable>: Sendable {
  private enum State {
    case open
    case waiting(CheckedContinuation<Result<Output, ChainError>, Never>)
    case over(Result<Output, ChainError>)
  }
  private let state = Mutex(State.open)

  func end(_ result: Result<Output, ChainError>) {
    let waiting = state.withLock { state -> CheckedContinuation<Result<Output, ChainError>, Never>? in
      switch state {
      case .over: return nil
      case .open:
        state = .over(result)
        return nil
      case .waiting(let continuation):
        state = .over(result)
        return continuation
      }
    }
    waiting?.resume(returning: result)
  }

  /// Waits for the first result; may be called once.
  func result() async -> Result<Output, ChainError> {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> Result<Output, ChainError>? in
        if case .over(let result) = state { return result }
        state = .waiting(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }
}
