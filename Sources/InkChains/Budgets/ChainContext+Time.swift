extension ChainContext {
  /// Runs a step and cancels it when the time of the budget is over.
  ///
  /// - Throws: `budget` when the time was over first.
  package func runWithinTime<Part: Step>(_ part: Part, on input: Part.Input) async throws(ChainError) -> Part.Output {
    try await withinTime { () async throws(ChainError) in try await run(part, on: input) }
  }

  /// Does work and cancels it when the time of the budget is over.
  package func withinTime<Output: Sendable>(
    _ work: @escaping @Sendable () async throws(ChainError) -> Output
  ) async throws(ChainError) -> Output {
    guard let left = meter.timeLeft else { return try await work() }
    let limit = meter.budget.time ?? left
    guard left > .zero else { throw BudgetMeter.timeError(limit) }
    let clock = clock
    let result = await withTaskGroup(of: Result<Output, ChainError>?.self) { group in
      group.addTask {
        do throws(ChainError) { return .success(try await work()) } catch { return .failure(error) }
      }
      group.addTask {
        do throws(ChainError) {
          try await clock.sleep(for: left)
          return .failure(BudgetMeter.timeError(limit))
        } catch {
          // Cancelled because the work is done, or with it.
          return nil
        }
      }
      var result: Result<Output, ChainError>?
      while let next = await group.next() {
        if result == nil, let next { result = next }
        group.cancelAll()
      }
      return result
    }
    guard let result else { throw ChainError(.cancelled, context: "chain", found: "the task was cancelled") }
    return try result.get()
  }
}
