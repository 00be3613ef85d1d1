import InkRetrieval

/// Keeps a few sessions and lends each to one at a time. One on which anything failed is closed, so that none comes
/// back in the middle of a transaction.
actor ConnectionPool {
  nonisolated let address: PostgreSQLAddress
  private let options: PostgreSQLOptions
  /// Run on every new session before it is lent.
  private let prepare: @Sendable (PostgreSQLConnection) async throws(RetrievalError) -> Void
  private var idle: [PostgreSQLConnection] = []
  private var free: Int
  private var waiting: [(number: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
  private var nextNumber: UInt64 = 0
  private var isClosed = false

  init(
    _ address: PostgreSQLAddress, _ options: PostgreSQLOptions,
    prepare: @escaping @Sendable (PostgreSQLConnection) async throws(RetrievalError) -> Void
  ) {
    self.address = address
    self.options = options
    self.prepare = prepare
    free = options.connections
  }

  /// A store that is dropped rather than closed leaves no session on the server.
  deinit { for connection in idle { connection.abandon() } }

  /// Lends a session to a body.
  func withConnection<Result: Sendable>(
    _ body: @Sendable (PostgreSQLConnection) async throws(RetrievalError) -> Result
  ) async throws(RetrievalError) -> Result {
    try await takePlace()
    defer { givePlace() }
    let connection = try await connection()
    do throws(RetrievalError) {
      let result = try await body(connection)
      if isClosed { connection.abandon() } else { idle.append(connection) }
      return result
    } catch {
      connection.abandon()
      throw error
    }
  }

  /// Closes the sessions that nobody uses, and each other one when it comes back; calls that come later throw.
  func close() async {
    isClosed = true
    let closing = idle
    idle = []
    for connection in closing { await connection.close() }
  }

  private func connection() async throws(RetrievalError) -> PostgreSQLConnection {
    guard !isClosed else {
      throw RetrievalError(
        .store, context: address.description, found: "a base that was closed", hint: "Open it again.")
    }
    while let connection = idle.popLast() {
      if connection.isOpen { return connection }
    }
    let connection = try await PostgreSQLConnection.open(address, options)
    do throws(RetrievalError) { try await prepare(connection) } catch {
      connection.abandon()
      throw error
    }
    return connection
  }

  private func takePlace() async throws(RetrievalError) {
    if free > 0 {
      free -= 1
      return
    }
    let number = nextNumber
    nextNumber += 1
    let isTaken = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled { continuation.resume(returning: false) } else { waiting.append((number, continuation)) }
      }
    } onCancel: {
      Task { await self.stopWaiting(number) }
    }
    if !isTaken { throw RetrievalError(.cancelled, context: address.description) }
  }

  /// Hands the place to who waits longest.
  private func givePlace() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().continuation.resume(returning: true) }
  }

  private func stopWaiting(_ number: UInt64) {
    guard let place = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting.remove(at: place).continuation.resume(returning: false)
  }
}
