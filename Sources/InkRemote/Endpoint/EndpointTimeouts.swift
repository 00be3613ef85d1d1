/// How long an endpoint may take.
public struct EndpointTimeouts: Sendable, Hashable {
  /// From sending a request to the head of its answer; waiting for a connection is a part of it.
  public var head: Duration
  /// Between two pieces of an answer.
  public var idle: Duration
  /// From sending a request to the end of its answer; nil sets no limit.
  public var total: Duration?

  /// Timeouts with every field given.
  public init(head: Duration = .seconds(120), idle: Duration = .seconds(60), total: Duration? = nil) {
    self.head = head
    self.idle = idle
    self.total = total
  }
}
