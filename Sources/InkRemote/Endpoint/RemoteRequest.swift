public import InkChat

/// A request to an endpoint, whichever server of it answers.
public struct RemoteRequest: Sendable, Hashable {
  /// Where it goes.
  public enum Path: Sendable, Hashable {
    /// Behind the version, such as `/chat/completions` behind `/v1`.
    case versioned(String)
    /// Beside the version, such as `/tokenize`.
    case root(String)
  }

  /// Where it goes.
  public var path: Path
  /// What is sent with POST; nil asks with GET.
  public var body: JSONValue?
  /// The model that it is about, for those who choose a server by it.
  public var model: String

  /// A request with every field given.
  public init(path: Path, body: JSONValue? = nil, model: String) {
    self.path = path
    self.body = body
    self.model = model
  }
}
