public import InkChat

/// How much of the server's memory and time one client, and all of them, may take.
public struct ServerLimits: Sendable, Hashable {
  /// Bytes of a request's body; a larger one is refused with status 413.
  public var bodyBytes = 32 << 20
  /// Bytes of all bodies that are held at once; more are refused with status 429.
  public var heldBodyBytes = 256 << 20
  /// Time for a body to arrive; afterwards the request is refused with status 408.
  public var bodyTime: Duration = .seconds(60)
  /// Bytes of all header fields of a request.
  public var headerBytes = 64 << 10
  /// Time a connection may stay without a complete head, without a part of a body, or between two requests.
  public var idleTime: Duration = .seconds(60)
  /// Time in which a client must take what waits to be sent to it.
  public var writeTime: Duration = .seconds(30)
  /// Bytes of a stream's events that may wait for a slow reader.
  public var waitingEventBytes = 8 << 20
  /// Connections at once; further ones wait to be accepted.
  public var connections = 1024
  /// Requests that are being answered at once, over all keys; more are refused with status 429.
  public var concurrentRequests = 512
  /// How deep and how large the JSON of a body may be.
  public var json = JSONLimits(depth: 64, values: 1_000_000)
  /// Time without an event after which a stream gets a comment, so that nobody on the way takes it for dead.
  public var pingInterval: Duration = .seconds(15)
  /// The most choices (`n`, `best_of`) that a request may ask for.
  public var choices = 128

  /// The limits for a server on one machine.
  public init() {}
}
