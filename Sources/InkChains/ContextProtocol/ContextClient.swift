import InkChat

/// A client of the Model Context Protocol, revision 2025-06-18: tools, resources and prompts of another program.
///
/// ```swift
/// let client = try await ContextClient.connect(transport, name: "app", version: "1")
/// let tools = try await client.tools()          // for an agent, beside tools of one's own
/// ```
///
/// What a server sends is text to read, never to obey; its tools are called only by an agent that was given them.
public actor ContextClient {
  private let transport: LineTransport
  private var waiting: [Int64: CheckedContinuation<Result<JSONValue, ChainError>, Never>] = [:]
  private var last: Int64 = 0
  private var isOpen = true
  private var reader: Task<Void, Never>?

  /// Makes a connection: greets the server and agrees on the revision.
  ///
  /// - Throws: `unsupported` when the server speaks another revision; `tool` when it is gone or refuses.
  public static func connect(
    _ transport: LineTransport, name: String, version: String
  ) async throws(ChainError) -> ContextClient {
    let client = ContextClient(transport)
    await client.beginReading()
    let greeting: JSONValue = [
      "protocolVersion": .string(ContextServer.revision), "capabilities": [:],
      "clientInfo": ["name": .string(name), "version": .string(version)],
    ]
    let answer = try await client.call("initialize", greeting)
    guard answer["protocolVersion"] == .string(ContextServer.revision) else {
      await client.close()
      throw ChainError(
        .unsupported, context: "context server", expected: "revision \(ContextServer.revision)",
        found: answer["protocolVersion"]?.text ?? "none")
    }
    try await client.send(.notification(method: "notifications/initialized", parameters: .object([])))
    return client
  }

  private init(_ transport: LineTransport) { self.transport = transport }

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

  private func cancel(_ id: Int64) async {
    fail(id, ChainError(.cancelled, context: "context server"))
    try? await send(.notification(method: "notifications/cancelled", parameters: ["requestId": .integer(id)]))
  }
}
