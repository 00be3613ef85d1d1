/// A key that clients send along, and what its holder may do.
public struct AccessKey: Sendable, Hashable {
  /// What the client sends behind `Authorization: Bearer`.
  public var secret: String
  /// What logs and metrics call its holder.
  public var name: String
  /// Requests that it may begin in a minute; nil for any number.
  public var requestsPerMinute: Int?
  /// Requests that it may have running at once; nil for any number.
  public var concurrentRequests: Int?

  /// A key with every field given.
  public init(secret: String, name: String, requestsPerMinute: Int? = nil, concurrentRequests: Int? = nil) {
    self.secret = secret
    self.name = name
    self.requestsPerMinute = requestsPerMinute
    self.concurrentRequests = concurrentRequests
  }
}
