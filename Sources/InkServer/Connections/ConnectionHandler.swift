import NIOCore

/// Sits in each connection's pipeline: notices clients that hang up, and drops those that do not read what they asked for.
///
/// A client that closes its sending side while it waits for an answer counts as gone, as with most servers: nothing else
/// tells a closed connection from a half-closed one before something is written to it.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
  // It looks at events only; what is read and written passes by untouched.
  typealias InboundIn = Never
  typealias OutboundIn = Never

  private let writeTime: TimeAmount
  private var observer: HangUpObserver?
  private var hasInputEnded = false
  private var writeDeadline: Scheduled<Void>?

  init(writeTime: Duration) {
    self.writeTime = TimeAmount(writeTime)
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard let order = event as? ConnectionOrder else {
      context.triggerUserOutboundEvent(event, promise: promise)
      return
    }
    switch order {
    case .observe(let observer):
      self.observer = observer
      if hasInputEnded { endAbandonedRequest(context) }
    case .closeAfterResponse:
      // The handler behind this one keeps count of responses and closes when the last one is written.
      context.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
    promise?.succeed()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      hasInputEnded = true
      endAbandonedRequest(context)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    writeDeadline?.cancel()
    observer?.hangUp()
    observer = nil
    context.fireChannelInactive()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    writeDeadline?.cancel()
    writeDeadline = nil
    if !context.channel.isWritable {
      let channel = context.channel
      writeDeadline = context.eventLoop.scheduleTask(in: writeTime) { channel.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  private func endAbandonedRequest(_ context: ChannelHandlerContext) {
    guard let observer, observer.isWatching else { return }
    self.observer = nil
    observer.hangUp()
    context.close(promise: nil)
  }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
