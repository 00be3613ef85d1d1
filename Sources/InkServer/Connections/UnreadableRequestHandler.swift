import InkChat
import NIOCore
import NIOHTTP1

/// Gives the refusal of what is no HTTP the form that all errors have. What stands behind it writes the status alone.
final class UnreadableRequestHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private var failure: HTTPParserError?

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if let error = error as? HTTPParserError { failure = error }
    context.fireErrorCaught(error)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard let failure, case .head(var head) = unwrapOutboundIn(data), head.status == .badRequest,
      head.headers["content-length"] == ["0"]
    else {
      context.write(data, promise: promise)
      return
    }
    let error = ServerError(
      .invalidRequest, "The request is not HTTP/1.1 as this server reads it, or its head is too large (\(failure)).",
      code: "invalid_http")
    let body = error.body.text
    head.headers.replaceOrAdd(name: "content-type", value: "application/json")
    head.headers.replaceOrAdd(name: "content-length", value: String(body.utf8.count))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: promise)
  }
}

@available(*, unavailable)
extension UnreadableRequestHandler: Sendable {}
