/// What a request tells its connection, as an outbound user event of the channel.
enum ConnectionOrder: Sendable {
  /// From now on this one is to be told when the client goes away.
  case observe(HangUpObserver)
  /// The connection is to be closed behind the response that is being made.
  case closeAfterResponse
}
