extension Step {
  /// Runs the step on its own.
  ///
  /// - Throws: what the step throws, or `budget` when one of the limits in the settings is reached.
  public func callAsFunction(
    _ input: Input, settings: RunSettings = RunSettings()
  ) async throws(ChainError) -> Output {
    try await ChainContext(settings).runWithinTime(self, on: input)
  }

  /// Runs the step and tells what happens as it happens: the start and end of every part, and text while a model writes
  /// it. The output comes last. Leaving the loop cancels the work.
  public func stream(_ input: Input, settings: RunSettings = RunSettings()) -> ChainStream<Output> {
    ChainStream { sink throws(ChainError) in
      var settings = settings
      settings.observers.append(sink)
      return try await ChainContext(settings).runWithinTime(self, on: input)
    }
  }

  /// Runs the step on many inputs.
  ///
  /// Each input is a run of its own with its own budget; one that fails leaves the others alone.
  ///
  /// - Parameter concurrency: how many run at once; at least 1.
  /// - Returns: one result for each input, in order.
  public func batch(
    _ inputs: [Input], concurrency: Int, settings: RunSettings = RunSettings()
  ) async -> [Result<Output, ChainError>] {
    await BoundedConcurrency.map(inputs, limit: concurrency) { _, input in
      do throws(ChainError) {
        return .success(try await self(input, settings: settings))
      } catch {
        return .failure(error)
      }
    }
  }
}
