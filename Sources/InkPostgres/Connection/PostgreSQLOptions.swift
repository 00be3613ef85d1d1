public import InkIndex
public import InkRetrieval

/// How this process uses a base on a PostgreSQL server; nothing of it is stored, but that the base remembers its
/// analyzer.
public struct PostgreSQLOptions: Sendable {
  /// What may be done with the password when a server asks for it as it is.
  public enum ClearTextPassword: Sendable, Hashable {
    case refused
    /// It is sent readable by everybody on the way.
    case sent
  }

  /// The most connections at a time; further calls wait.
  public var connections: Int
  /// Seconds to wait for a connection to be made.
  public var connectTimeout: Double
  /// Seconds to wait for the answer to a statement.
  public var timeout: Double
  /// Seconds to wait while another writer changes the base, before a call fails.
  public var patience: Double
  /// What may be done with the password when a server asks for it as it is.
  public var clearTextPassword: ClearTextPassword
  /// What takes texts apart into words; the same for everybody who uses a base.
  public var analyzer: TextAnalyzer
  /// Pieces from which on vectors are found by the HNSW graph, which is not always exact, instead of by looking at all.
  public var graphFrom: Int
  /// Seconds since 1970.
  public var now: @Sendable () -> Double
  /// Bytes that nobody can guess, for SCRAM.
  public var random: @Sendable (_ count: Int) -> [UInt8]

  /// Options.
  public init(
    connections: Int = 8, connectTimeout: Double = 10, timeout: Double = 300, patience: Double = 30,
    clearTextPassword: ClearTextPassword = .refused, analyzer: TextAnalyzer = TextAnalyzer(), graphFrom: Int = 20_000,
    now: @escaping @Sendable () -> Double = { SystemTime.secondsSince1970() },
    random: @escaping @Sendable (_ count: Int) -> [UInt8] = PostgreSQLOptions.systemRandom
  ) {
    self.connections = connections
    self.connectTimeout = connectTimeout
    self.timeout = timeout
    self.patience = patience
    self.clearTextPassword = clearTextPassword
    self.analyzer = analyzer
    self.graphFrom = graphFrom
    self.now = now
    self.random = random
  }

  /// Bytes of the system's generator.
  public static let systemRandom: @Sendable (_ count: Int) -> [UInt8] = { count in
    var generator = SystemRandomNumberGenerator()
    return (0..<max(count, 0)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  func check() throws(RetrievalError) {
    try Self.check("connections", Double(connections), within: 1...1000)
    try Self.check("connectTimeout", connectTimeout, within: 0.001...86_400)
    try Self.check("timeout", timeout, within: 0.001...86_400)
    try Self.check("patience", patience, within: 0.001...86_400)
  }

  private static func check(_ name: String, _ value: Double, within range: ClosedRange<Double>) throws(RetrievalError) {
    guard range.contains(value) else {
      throw RetrievalError(
        .invalidSetting, context: "PostgreSQL, \(name)",
        expected: "a number from \(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
  }
}
