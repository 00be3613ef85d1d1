/// How a server behaves.
public struct ServerSettings: Sendable {
  /// The address to listen on.
  public var host: String
  /// The port to listen on; 0 picks a free one.
  public var port: Int
  /// Who may use it; without keys, everybody who reaches it.
  public var keys: [AccessKey]
  /// What one client, and all of them, may take.
  public var limits: ServerLimits
  /// Which pages of other sites may use it.
  public var crossOrigin: CrossOriginRule
  /// What becomes of unknown fields.
  public var unknownFields: UnknownFieldRule
  /// Whether logs may show prompts.
  public var promptLogging: PromptLogging
  /// The files of the page by path; `/` is the page itself.
  public var page: [String: PageFile]
  /// Other servers' names of metrics to offer.
  public var metricsDialects: Set<MetricsDialect>
  /// What `/version` tells.
  public var version: String

  /// Settings with every field given; the defaults listen on loopback and let everybody in.
  public init(
    host: String = "127.0.0.1", port: Int = 8080, keys: [AccessKey] = [], limits: ServerLimits = ServerLimits(),
    crossOrigin: CrossOriginRule = .off, unknownFields: UnknownFieldRule = .warn, promptLogging: PromptLogging = .off,
    page: [String: PageFile] = [:], metricsDialects: Set<MetricsDialect> = [], version: String = "0.0.0"
  ) {
    self.host = host
    self.port = port
    self.keys = keys
    self.limits = limits
    self.crossOrigin = crossOrigin
    self.unknownFields = unknownFields
    self.promptLogging = promptLogging
    self.page = page
    self.metricsDialects = metricsDialects
    self.version = version
  }
}
