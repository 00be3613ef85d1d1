import InkServer
import Testing

/// A server that listens at a port of its own.
struct RunningServer {
  let server: InkstoneServer
  let port: Int
  private let run: Task<Void, any Error>

  /// Starts a server and waits until it listens.
  init(_ test: TestServer) async throws {
    var test = test
    test.settings.port = 0
    let server = test.server
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    run = Task {
      try await server.run { address in
        continuation.yield(address.split(separator: ":").last.flatMap { Int($0) } ?? 0)
      }
    }
    var iterator = ports.makeAsyncIterator()
    port = try #require(await iterator.next())
    self.server = server
  }

  /// Waits until the server has ended by itself.
  func end() async throws { try await run.value }
}
