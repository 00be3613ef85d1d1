/// Everything the hub client, the package index source and the model cache need to know. A value: nothing is read from
/// the process; `init(environment:)` reads the dictionary it is given.
public struct HubConfiguration: Sendable {
  /// Whether the network may be used.
  public enum Network: Sendable, Equatable {
    /// Requests are allowed.
    case online
    /// Only what is on the disk is used.
    case offline
  }

  /// One hub: where it answers, where its cache is, and the token.
  public struct Endpoint: Sendable, Equatable {
    /// Scheme, host and optional port and path, without a slash at the end.
    public var address: String
    /// The folder of the shared cache. Hugging Face: the folder that holds `models--ORG--NAME`; ModelScope: the one
    /// that holds `models/ORG/NAME`.
    public var cache: String
    /// The access token.
    public var token: HubToken

    /// A hub at `address` with its cache folder and token.
    public init(address: String, cache: String, token: HubToken = .none) {
      self.address = address
      self.cache = cache
      self.token = token
    }
  }

  /// The Hugging Face hub or a mirror of it.
  public var huggingFace: Endpoint
  /// The ModelScope hub.
  public var modelScope: Endpoint
  /// The folder in which built-in models are kept: `<inkstoneCache>/models/<name>/`.
  public var inkstoneCache: String
  /// Whether the network may be used.
  public var network: Network
  /// The HTTP proxy for requests, if any.
  public var proxy: HubProxy?
  /// A PEM file with the certificate authorities to trust instead of the system's.
  public var certificateFile: String?
  /// How failed requests are repeated.
  public var retry = RetryPolicy()
  /// A transfer in which no byte arrives for this long is broken off and repeated.
  public var stallTimeout: Duration = .seconds(30)
  /// A connection that is not made within this time is given up.
  public var connectTimeout: Duration = .seconds(15)
  /// How many files of one model are fetched at the same time.
  public var parallelDownloads = 4
  /// The largest answer of a hub's API that is read, in bytes.
  public var apiResponseLimit = 32 << 20
  /// How long to wait for another process that fetches the same file.
  public var lockTimeout: Duration = .seconds(6 * 3600)
  /// How pip is run.
  public var packageIndex: PackageIndexConfiguration

  /// A configuration with the given hubs and cache folder.
  public init(
    huggingFace: Endpoint, modelScope: Endpoint, inkstoneCache: String, network: Network = .online,
    packageIndex: PackageIndexConfiguration = PackageIndexConfiguration(environment: [:])
  ) {
    self.huggingFace = huggingFace
    self.modelScope = modelScope
    self.inkstoneCache = inkstoneCache
    self.network = network
    self.packageIndex = packageIndex
  }
}
