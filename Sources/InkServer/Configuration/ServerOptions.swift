/// How a server listens and what may be used of it. A nil field leaves the choice to the command line or the default.
public struct ServerOptions: Sendable, Hashable {
  /// What becomes of a request's unknown fields.
  public enum UnknownFields: String, Sendable, Hashable, CaseIterable {
    case warn, refuse
  }

  /// Other servers' names of metrics to offer beside our own.
  public enum MetricsNames: String, Sendable, Hashable, CaseIterable {
    case vllm, llamacpp
  }

  /// Whether logs may show what people ask.
  public enum PromptLog: String, Sendable, Hashable, CaseIterable {
    case off, bodies
  }

  /// The address to listen on.
  public var host: String?
  /// The port to listen on; 0 picks a free one.
  public var port: Int?
  /// The file with the keys that clients may use.
  public var keyFile: String?
  /// Bytes that all loaded models may take together.
  public var memoryLimit: Int?
  /// How long a model that does not fit waits for others to become idle.
  public var roomPatience: Duration?
  /// Bytes of a request's body.
  public var bodyLimit: Int?
  /// Connections at once.
  public var connections: Int?
  /// Requests that are answered at once.
  public var concurrentRequests: Int?
  /// Origins of pages that may use the server from a browser; `*` stands for any.
  public var origins: [String]?
  /// What becomes of a request's unknown fields.
  public var unknownFields: UnknownFields?
  /// Other servers' names of metrics to offer.
  public var metricsNames: Set<MetricsNames>?
  /// Whether logs may show what people ask.
  public var promptLog: PromptLog?

  /// Options that leave every choice open.
  public init() {}
}
