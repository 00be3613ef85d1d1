import InkRetrieval
import NIOCore

/// Gathers a server's messages into answers. One exchange at a time: whoever holds the connection waits for each
/// answer.
final class ExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = BackendMessage
  typealias OutboundIn = ServerExchange
  typealias OutboundOut = ByteBuffer

  /// The most bytes of an answer's rows.
  static let largestAnswer = 1 << 30

  private var promise: EventLoopPromise<ServerAnswer>?
  private var answer = ServerAnswer()
  private var size = 0

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    guard self.promise == nil else {
      exchange.answer.fail(Self.lost(.store, "a second statement before the first one's answer"))
      promise?.succeed()
      return
    }
    self.promise = exchange.answer
    answer = ServerAnswer()
    size = 0
    context.write(wrapOutboundOut(exchange.messages), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .authentication(.accepted), .other: break
    case .authentication(.saslFinal(let data)): answer.saslFinal = data
    case .authentication(let demand):
      answer.demand = demand
      finish()
    case .parameter(let name, let value): answer.settings[name] = value
    case .row(let columns):
      size += columns.reduce(64) { $0 + ($1?.readableBytes ?? 0) }
      guard size <= Self.largestAnswer else {
        errorCaught(
          context: context,
          error: RetrievalError(
            .tooLarge, context: "PostgreSQL", expected: "answers of at most \(Self.largestAnswer) bytes",
            found: "a longer one", hint: "Ask for fewer documents or pieces at a time."))
        return
      }
      answer.rows.append(PostgreSQLRow(columns: columns))
    case .error(let failure): answer.failure = answer.failure ?? failure
    case .ready:
      answer.isReady = true
      finish()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    // A server that refuses a session says why and closes.
    if answer.failure != nil {
      finish()
    } else {
      fail(Self.lost(.unreachable, "the server closed the connection"))
    }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error)
    context.close(promise: nil)
  }

  private func finish() {
    promise?.succeed(answer)
    promise = nil
    answer = ServerAnswer()
  }

  private func fail(_ error: any Error) {
    promise?.fail(error)
    promise = nil
  }

  private static func lost(_ code: RetrievalError.Code, _ found: String) -> RetrievalError {
    RetrievalError(
      code, context: "PostgreSQL", found: found,
      hint: "Look into the server's log; a change that was not acknowledged was not made, or was made whole.")
  }
}
