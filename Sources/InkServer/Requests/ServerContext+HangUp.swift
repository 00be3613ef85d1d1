extension ServerContext {
  /// Does the work of a request, and cancels it when the client goes away meanwhile.
  package func whileConnected<Value: Sendable>(
    _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await work() }
    let record = record
    let observer = HangUpObserver {
      record.update { $0.hasHungUp = true }
      task.cancel()
    }
    connection.observe(observer)
    defer { observer.end() }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
