import NIOCore
import NIOHTTP1

/// Tells clients that ask before they send a body (`Expect: 100-continue`) to send it, as RFC 9110 (10.1.1) demands. Without
/// it they wait a second or more with every large body.
final class ExpectationHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// Requests that are not answered yet.
  private var openRequests = 0

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data) {
      // Behind other requests of the connection the word would come into the middle of their answers.
      if openRequests == 0, head.version == .http1_1, Self.expectsWord(head) {
        let word = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(wrapOutboundOut(.head(word)), promise: nil)
      }
      openRequests += 1
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data) { openRequests -= 1 }
    context.write(data, promise: promise)
  }

  private static func expectsWord(_ head: HTTPRequestHead) -> Bool {
    head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
  }
}

@available(*, unavailable)
extension ExpectationHandler: Sendable {}
