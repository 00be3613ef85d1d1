import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// An address that a server cannot listen on.
public struct ListeningError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Why not.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// Another program listens there.
    case taken
    /// The system does not allow it.
    case forbidden
    /// The host is no address of this machine.
    case notHere
  }

  /// Why not.
  public let code: Code
  /// The host that was asked for.
  public let host: String
  /// The port that was asked for.
  public let port: Int

  /// An error.
  public init(_ code: Code, host: String, port: Int) {
    self.code = code
    self.host = host
    self.port = port
  }

  /// The same failure as the system told it; nil for failures of other kinds.
  init?(_ error: any Error, host: String, port: Int) {
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE: self.init(.taken, host: host, port: port)
    case EACCES, EPERM: self.init(.forbidden, host: host, port: port)
    case EADDRNOTAVAIL: self.init(.notHere, host: host, port: port)
    default: return nil
    }
  }

  /// A sentence that says what to do.
  public var description: String {
    switch code {
    case .taken:
      "port \(port) of \(host): another program listens there. Choose another with --port; 0 takes a free one."
    case .forbidden: "port \(port) of \(host): the system does not allow it. Choose a port above 1023."
    case .notHere: "host \(host): no address of this machine. 127.0.0.1 is this machine alone, 0.0.0.0 every address."
    }
  }
}
