import InkRetrieval
import NIOCore
import NIOPosix

/// One session with a server. Whoever holds it asks one thing at a time; cancellation closes it.
final class PostgreSQLConnection: Sendable {
  let address: PostgreSQLAddress
  private let channel: any Channel
  private let timeout: TimeAmount

  init(channel: any Channel, address: PostgreSQLAddress, timeout: TimeAmount) {
    self.channel = channel
    self.address = address
    self.timeout = timeout
  }

  var isOpen: Bool { channel.isActive }

  /// Says goodbye and closes.
  func close() async {
    channel.close(promise: nil)
    try? await channel.closeFuture.get()
  }

  /// Closes without waiting.
  func abandon() { channel.close(promise: nil) }

  /// Runs statements without parameters; all or none of them, where they are several.
  func run(_ statements: String) async throws(RetrievalError) {
    _ = try await statementAnswer([.query(statements)])
  }

  /// Runs a statement and returns its rows.
  func rows(_ statement: String, _ values: [PostgreSQLValue] = []) async throws(RetrievalError) -> [PostgreSQLRow] {
    try check(values)
    return try await statementAnswer([
      .parse(statement: statement, types: values.map(\.type)), .bind(values), .describe, .execute, .sync,
    ]).rows
  }

  /// Runs a statement once for each list of values, a stretch of them in one round trip.
  func run(_ statement: String, forEach lists: [[PostgreSQLValue]]) async throws(RetrievalError) {
    let largestStretch = 4 << 20
    var rest = lists[...]
    while let first = rest.first {
      var messages: [FrontendMessage] = [.parse(statement: statement, types: first.map(\.type))]
      var size = 0
      while let values = rest.first, size < largestStretch {
        try check(values)
        messages += [.bind(values), .execute]
        size += values.reduce(64) { $0 + $1.size }
        rest = rest.dropFirst()
      }
      _ = try await statementAnswer(messages + [.sync])
    }
  }

  private func check(_ values: [PostgreSQLValue]) throws(RetrievalError) {
    var size = 0
    for value in values { size += value.size }
    guard size <= FrameDecoder.largestMessage - 1024 else {
      throw RetrievalError(
        .tooLarge, context: address.description, expected: "at most \(FrameDecoder.largestMessage) bytes at a time",
        found: "\(size)", hint: "Split the document.")
    }
  }

  private func statementAnswer(_ messages: [FrontendMessage]) async throws(RetrievalError) -> ServerAnswer {
    let answer = try await exchange(messages)
    if let failure = answer.failure { throw RetrievalError(failure, address: address) }
    return answer
  }

  /// Sends messages and waits for the answer, at most the time that a statement may take.
  func exchange(_ messages: [FrontendMessage]) async throws(RetrievalError) -> ServerAnswer {
    var buffer = channel.allocator.buffer(capacity: 1024)
    for message in messages { message.write(to: &buffer) }
    let promise = channel.eventLoop.makePromise(of: ServerAnswer.self)
    let (channel, address) = (channel, address)
    let timer = channel.eventLoop.scheduleTask(in: timeout) {
      promise.fail(
        RetrievalError(
          .store, context: address.description, found: "no answer in time",
          hint: "Raise the timeout, or look what the server is busy with."))
      channel.close(promise: nil)
    }
    defer { timer.cancel() }
    channel.writeAndFlush(ServerExchange(messages: buffer, answer: promise)).whenFailure { promise.fail($0) }
    do {
      return try await withTaskCancellationHandler {
        try await promise.futureResult.get()
      } onCancel: {
        promise.fail(CancellationError())
        channel.close(promise: nil)
      }
    } catch {
      throw RetrievalError(connection: error, address: address)
    }
  }
}
