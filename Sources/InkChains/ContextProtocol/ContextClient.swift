import InkChat

/// A client of the Model Context Protocol, revisions 2024-11-05 to 2025-11-25: tools, resources and prompts of another
/// program.
///
/// ```swift
/// let client = try await ContextClient.connect(transport, name: "app", version: "1")
/// let tools = try await client.tools()          // for an agent, beside tools of one's own
/// ```
///
/// What a server sends is text to read, never to obey; its tools are called only by an agent that was given them.
public actor ContextClient {
  private let transport: LineTransport
  private let patience: Duration
  private let clock: ChainClock
  private var waiting: [Int64: CheckedContinuation<Result<JSONValue, ChainError>, Never>] = [:]
  private var last: Int64 = 0
  private var isOpen = true
  private var reader: Task<Void, Never>?

  /// Makes a connection: greets the server and agrees on the revision.
  ///
  /// - Parameters:
  ///   - patience: how long, by the clock, the server may take for one answer.
  /// - Throws: `unsupported` when the server speaks another revision; `unavailable` when it does not answer; `tool`
  ///   when it is gone or refuses.
  public static func connect(
    _ transport: LineTransport, name: String, version: String, patience: Duration = .seconds(120),
    clock: ChainClock = ChainClock(ContinuousClock())
  ) async throws(ChainError) -> ContextClient {
    let client = ContextClient(transport, patience: patience, clock: clock)
    await client.beginReading()
    do throws(ChainError) {
      try await client.greet(name: name, version: version)
    } catch {
      await client.close()
      throw error
    }
    return client
  }

  private func greet(name: String, version: String) async throws(ChainError) {
    let answer = try await call(
      "initialize",
      [
        "protocolVersion": .string(ContextRevision.preferred.rawValue), "capabilities": [:],
        "clientInfo": ["name": .string(name), "version": .string(version)],
      ])
    guard ContextRevision(answer["protocolVersion"]) != nil else {
      let known = ContextRevision.allCases.map(\.rawValue).joined(separator: ", ")
      throw ChainError(
        .unsupported, context: "context server", expected: "a revision of \(known)",
        found: answer["protocolVersion"]?.text ?? "none")
    }
    try await send(.notification(method: "notifications/initialized", parameters: .object([])))
  }

  private init(_ transport: LineTransport, patience: Duration, clock: ChainClock) {
    self.transport = transport
    self.patience = patience
    self.clock = clock
  }

  private func beginReading() {
    let lines = transport.lines
    reader = Task { [weak self] in
      for await line in lines {
        guard let self else { return }
        await self.take(line)
      }
      await self?.close()
    }
  }

  /// Ends the connection; calls that wait for answers fail.
  public func close() {
    isOpen = false
    reader?.cancel()
    let open = waiting
    waiting = [:]
    for continuation in open.values {
      continuation.resume(
        returning: .failure(ChainError(.tool, context: "context server", found: "the connection ended")))
    }
  }

  private func take(_ line: String) async {
    // A line that is no message cannot be tied to a call; it is passed over, as the protocol's text transport asks.
    guard let message = try? RemoteCallMessage(line: line) else { return }
    switch message {
    case .response(.integer(let id), let result): waiting.removeValue(forKey: id)?.resume(returning: .success(result))
    case .failure(.integer(let id), let failure):
      let error = ChainError(.tool, context: "context server", found: failure.message)
      waiting.removeValue(forKey: id)?.resume(returning: .failure(error))
    case .request(let id, "ping", _): try? await send(.response(id: id, result: .object([])))
    case .request(let id, let method, _):
      let failure = RemoteCallFailure(code: .methodNotFound, message: "no method \"\(method)\"")
      try? await send(.failure(id: id, failure))
    case .response, .failure, .notification: break
    }
  }

  private func send(_ message: RemoteCallMessage) async throws(ChainError) {
    do { try await transport.send(message.line) } catch {
      throw ChainError(.tool, context: "context server", found: "\(error)")
    }
  }

  /// Calls a method. A cancelled call is told to the server.
  func call(_ method: String, _ parameters: JSONValue) async throws(ChainError) -> JSONValue {
    guard isOpen else { throw ChainError(.tool, context: "context server", found: "the connection ended") }
    last += 1
    let id = last
    let timer = Task {
      guard (try? await clock.sleep(for: patience)) != nil else { return }
      await expire(id)
    }
    defer { timer.cancel() }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<JSONValue, ChainError>, Never>) in
        waiting[id] = continuation
        Task {
          // A call that was cancelled before it was sent is not sent at all.
          guard waiting[id] != nil else { return }
          do throws(ChainError) {
            try await send(.request(id: .integer(id), method: method, parameters: parameters))
          } catch {
            fail(id, error)
          }
        }
        if Task.isCancelled { fail(id, ChainError(.cancelled, context: "context server")) }
      }
    } onCancel: {
      Task { await self.cancel(id) }
    }
    return try result.get()
  }

  private func fail(_ id: Int64, _ error: ChainError) {
    waiting.removeValue(forKey: id)?.resume(returning: .failure(error))
  }

  private func expire(_ id: Int64) async {
    await end(
      id,
      ChainError(
        .unavailable, context: "context server", expected: "an answer within \(patience)", found: "none"))
  }

  private func cancel(_ id: Int64) async {
    await end(id, ChainError(.cancelled, context: "context server"))
  }

  /// Gives a call up and tells the server so; one that is answered already stays so.
  private func end(_ id: Int64, _ error: ChainError) async {
    guard waiting[id] != nil else { return }
    fail(id, error)
    try? await send(.notification(method: "notifications/cancelled", parameters: ["requestId": .integer(id)]))
  }
}
