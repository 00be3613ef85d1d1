/// How Python's pip is run to fetch packages.
public struct PackageIndexConfiguration: Sendable, Equatable {
  /// The interpreter: a name looked up in the environment's `PATH`, or a path.
  public var python: String
  /// The environment of the subprocess, all of it: pip reads its own settings (index, proxy, certificates) from it.
  public var environment: [String: String]

  /// The interpreter and its environment.
  public init(python: String = "python3", environment: [String: String]) {
    self.python = python
    self.environment = environment
  }
}
