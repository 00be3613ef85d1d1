import NIOCore

/// The connection that a request came over; none for one that the server makes to itself.
package struct ClientConnection: Sendable {
  private let channel: (any Channel)?

  init(_ channel: (any Channel)?) {
    self.channel = channel
  }

  /// The client's address without its port; nil where there is none.
  package var address: String? { channel?.remoteAddress?.ipAddress }

  /// Calls the observer when the client goes away. A later one takes the place of an earlier one.
  func observe(_ observer: HangUpObserver) {
    guard let channel else { return }
    let promise = channel.eventLoop.makePromise(of: Void.self)
    promise.futureResult.whenFailure { error in
      // A channel that is closed has no handler left to tell; any other failure means a channel without connection.
      if case .ioOnClosedChannel? = error as? ChannelError { observer.hangUp() }
      if case .alreadyClosed? = error as? ChannelError { observer.hangUp() }
    }
    channel.triggerUserOutboundEvent(ConnectionOrder.observe(observer), promise: promise)
  }

  /// Closes the connection behind the response that is being made: what still comes in is of no use.
  func closeAfterResponse() {
    channel?.triggerUserOutboundEvent(ConnectionOrder.closeAfterResponse, promise: nil)
  }
}
