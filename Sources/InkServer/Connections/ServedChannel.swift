import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's channel of HTTP/1, with handlers at the place where versions, and what is no HTTP, are still known.
struct ServedChannel: ServerChildChannel {
  private let base: HTTP1Channel

  init(_ base: HTTP1Channel) {
    self.base = base
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
    base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
      let handlers: [any ChannelHandler] = [PersistenceHandler(), ExpectationHandler(), UnreadableRequestHandler()]
      try pipeline.addHandlers(handlers, position: .after(decoder))
      return value
    }
  }

  func handle(value: HTTP1Channel.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}
