import InkPostgres
import NIOCore
import NIOPosix

/// A server that says what a test wrote down, one text of bytes each time that something comes, and then closes.
enum ScriptedServer {
  static func serving<Result>(
    _ answers: [[UInt8]], _ body: (PostgreSQLAddress) async throws -> Result
  ) async throws -> Result {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handler(answers: answers))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    let port = channel.localAddress?.port ?? 0
    let result: Result
    do {
      result = try await body(
        PostgreSQLAddress(.host("127.0.0.1", port: port), user: "u", password: "p", database: "d"))
    } catch {
      try await channel.close()
      throw error
    }
    try await channel.close()
    return result
  }

  /// A message: its kind, its length and its body.
  static func message(_ kind: Character, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(body.count + 4)
    return [kind.asciiValue ?? 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var answers: ArraySlice<[UInt8]>

    init(answers: [[UInt8]]) { self.answers = answers[...] }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      guard let answer = answers.popFirst() else {
        context.close(promise: nil)
        return
      }
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
      if answers.isEmpty { context.close(promise: nil) }
    }
  }
}
