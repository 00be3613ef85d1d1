import NIOCore
import NIOPosix

/// A TCP connection on which a test writes what it likes.
struct RawConnection: Sendable {
  private let received: AsyncStream<String>
  private let channel: any Channel

  /// Connects, runs the test and closes.
  static func with<Value: Sendable>(
    port: Int, _ body: @Sendable (RawConnection) async throws -> Value
  ) async throws -> Value {
    let (received, continuation) = AsyncStream.makeStream(of: String.self)
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Receiver(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    do {
      let value = try await body(RawConnection(received: received, channel: channel))
      try? await channel.close()
      return value
    } catch {
      try? await channel.close()
      throw error
    }
  }

  func send(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

  /// Sends a whole request with a JSON body.
  func post(_ path: String, _ body: String) async throws {
    try await send(
      "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
  }

  /// Reads until the text has been seen; nil when the server closed before.
  func read(until text: String) async throws -> String? {
    var seen = ""
    for await part in received {
      seen += part
      if seen.contains(text) { return seen }
    }
    return nil
  }

  /// Everything until the server closes.
  func readToEnd() async -> String {
    var seen = ""
    for await part in received { seen += part }
    return seen
  }

  /// Reads nothing from now on, so that the server's bytes pile up.
  func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

  func close() async throws { try await channel.close() }

  private final class Receiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let continuation: AsyncStream<String>.Continuation

    init(_ continuation: AsyncStream<String>.Continuation) { self.continuation = continuation }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      continuation.yield(String(buffer: unwrapInboundIn(data)))
    }

    func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
  }
}
