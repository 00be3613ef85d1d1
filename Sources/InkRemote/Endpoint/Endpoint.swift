/// A server with OpenAI's API.
public struct Endpoint: Sendable, Hashable {
  /// Its address with the version, to which `/chat/completions` and the like are appended: `https://api.openai.com/v1`.
  public var address: String
  /// What it wants to see; nil when it lets everybody in.
  public var key: EndpointKey?
  /// Which program answers.
  public var dialect: EndpointDialect
  /// How long it may take.
  public var timeouts: EndpointTimeouts

  /// An endpoint with every field given.
  public init(
    address: String, key: EndpointKey? = nil, dialect: EndpointDialect = .openAI,
    timeouts: EndpointTimeouts = EndpointTimeouts()
  ) {
    self.address = address
    self.key = key
    self.dialect = dialect
    self.timeouts = timeouts
  }

  func address(of path: RemoteRequest.Path) -> String {
    var base = address[...]
    while base.hasSuffix("/") { base.removeLast() }
    switch path {
    case .versioned(let path): return base + path
    case .root(let path): return (base.hasSuffix("/v1") ? base.dropLast(3) : base) + path
    }
  }
}
