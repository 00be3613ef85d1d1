import NIOCore
import NIOHTTP1

/// Sits between the connection's bytes and everything that knows no versions: decides whether a connection is used again.
///
/// What stands behind it closes after a request that says `Connection: close` in these very letters, and writes bodies of
/// unknown length in chunks. A client of HTTP/1.0 says nothing, waits for the end of the connection and knows no chunks;
/// others write `Close`, or `close, TE`. Persistent connections of HTTP/1.0 (`Keep-Alive`) are not offered, which RFC 9112
/// (9.3) leaves to the server: a stream could not be told from its successor.
final class PersistenceHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// How the connection goes on behind a response.
  private enum Ending {
    case persists
    case closes(HTTPVersion)
  }

  /// Endings of the requests that are not answered yet, the oldest first.
  private var endings = CircularBuffer<Ending>()

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      context.fireChannelRead(data)
      return
    }
    let ending = Self.ending(of: head)
    endings.append(ending)
    switch ending {
    case .persists: context.fireChannelRead(data)
    case .closes:
      head.headers.replaceOrAdd(name: "connection", value: "close")
      context.fireChannelRead(wrapInboundOut(.head(head)))
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      guard case .closes(let version)? = endings.first else { break }
      // Whoever speaks 1.0 is answered in 1.0, and so without chunks.
      head.version = version
      head.headers.replaceOrAdd(name: "connection", value: "close")
      context.write(wrapOutboundOut(.head(head)), promise: promise)
      return
    case .body: break
    case .end: _ = endings.popFirst()
    }
    context.write(data, promise: promise)
  }

  private static func ending(of head: HTTPRequestHead) -> Ending {
    if (head.version.major, head.version.minor) < (1, 1) { return .closes(.http1_0) }
    let asksForEnd = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
    return asksForEnd ? .closes(.http1_1) : .persists
  }
}

@available(*, unavailable)
extension PersistenceHandler: Sendable {}
