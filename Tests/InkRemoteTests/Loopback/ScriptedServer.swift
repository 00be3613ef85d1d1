import InkChat
import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that answers with whatever bytes a test wants, and closes, hangs or waits in between.
final class ScriptedServer: Sendable {
  struct Request: Sendable {
    var line: String
    var fields: [String: String]
    var body: [UInt8]

    var path: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
  }

  enum Step: Sendable {
    /// Bytes, as they are.
    case send(String)
    /// Waits until the client closes the connection, which is counted.
    case untilClosed
    /// Waits until the gate opens.
    case wait(Gate)
    /// Closes the connection.
    case close
  }

  private struct State {
    var requests: [Request] = []
    var closedByClient = 0
    var connections = 0
  }

  private let channel: NIOAsyncChannel<NIOAsyncChannel<ByteBuffer, ByteBuffer>, Never>
  private let script: @Sendable (Request, Int) -> [Step]
  private let state = Mutex(State())
  private let task = Mutex<Task<Void, Never>?>(nil)
  let port: Int

  var address: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { state.withLock { $0.requests } }
  var closedByClient: Int { state.withLock { $0.closedByClient } }
  var connections: Int { state.withLock { $0.connections } }

  /// Starts to listen.
  ///
  /// - Parameter script: what to do with a request and its number, from 0.
  init(port: Int = 0, script: @escaping @Sendable (Request, Int) -> [Step]) async throws {
    self.script = script
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .bind(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(isOutboundHalfClosureEnabled: false, inboundType: ByteBuffer.self))
        }
      }
    self.port = channel.channel.localAddress?.port ?? 0
    task.withLock { $0 = Task { await self.accept() } }
  }

  /// Stops to listen and closes all connections, in the middle of whatever they are doing.
  func stop() async {
    let running = task.withLock { task in
      defer { task = nil }
      return task
    }
    running?.cancel()
    await running?.value
  }

  private func accept() async {
    try? await channel.executeThenClose { inbound in
      await withTaskGroup(of: Void.self) { group in
        do {
          for try await connection in inbound {
            state.withLock { $0.connections += 1 }
            group.addTask { await self.serve(connection) }
          }
        } catch {}
        group.cancelAll()
      }
    }
  }

  private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>) async {
    try? await connection.executeThenClose { inbound, outbound in
      var pieces = inbound.makeAsyncIterator()
      var buffer: [UInt8] = []
      while true {
        while Self.request(in: buffer) == nil {
          guard let piece = try await pieces.next() else { return }
          buffer += piece.readableBytesView
        }
        guard let (request, length) = Self.request(in: buffer) else { return }
        buffer.removeFirst(length)
        let number = state.withLock { state in
          state.requests.append(request)
          return state.requests.count - 1
        }
        for step in script(request, number) {
          switch step {
          case .send(let text): try await outbound.write(ByteBuffer(string: text))
          case .wait(let gate): await gate.wait()
          case .close: return
          case .untilClosed:
            while let piece = try? await pieces.next() { buffer += piece.readableBytesView }
            if !Task.isCancelled { state.withLock { $0.closedByClient += 1 } }
            return
          }
        }
      }
    }
  }

  /// The first request of the bytes and how many of them it takes; nil while it is not complete.
  private static func request(in bytes: [UInt8]) -> (Request, Int)? {
    let end = Array("\r\n\r\n".utf8)
    guard let head = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
    var lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n").map(String.init)
    let line = lines.removeFirst()
    var fields: [String: String] = [:]
    for field in lines {
      let parts = field.split(separator: ":", maxSplits: 1)
      fields[parts[0].lowercased()] = parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
    }
    let length = head + 4 + (fields["content-length"].flatMap { Int($0) } ?? 0)
    guard bytes.count >= length else { return nil }
    return (Request(line: line, fields: fields, body: Array(bytes[(head + 4)..<length])), length)
  }
}

/// Lets a server's script wait for the test.
final class Gate: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() {
    (stream, continuation) = AsyncStream.makeStream()
  }

  func open() { continuation.finish() }
  func wait() async { for await _ in stream {} }
}

extension ScriptedServer.Step {
  /// An answer of JSON in one piece.
  static func json(_ text: String, status: String = "200 OK", fields: [String] = []) -> ScriptedServer.Step {
    let extra = fields.map { $0 + "\r\n" }.joined()
    return .send(
      "HTTP/1.1 \(status)\r\ncontent-type: application/json\r\n\(extra)content-length: \(text.utf8.count)\r\n\r\n\(text)"
    )
  }

  /// The head of an event stream, which ends where the connection does.
  static let eventHead = ScriptedServer.Step.send(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nconnection: close\r\n\r\n")

  /// The head of an event stream in chunks, which can be cut off.
  static let chunkedHead = ScriptedServer.Step.send(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")

  /// A piece of a chunked body.
  static func chunk(_ text: String) -> ScriptedServer.Step {
    .send(String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n")
  }

  /// The end of a chunked body.
  static let lastChunk = ScriptedServer.Step.send("0\r\n\r\n")
}
