/// Where a PostgreSQL server is, and as whom to speak to it.
public struct PostgreSQLAddress: Sendable, Hashable, CustomStringConvertible {
  /// How the server is reached.
  public enum Endpoint: Sendable, Hashable {
    /// Over TCP, without TLS.
    case host(String, port: Int)
    /// Over the socket in a folder of this machine.
    case folder(String, port: Int)
  }

  /// The port of a server that was not told another.
  public static let usualPort = 5432

  /// How the server is reached.
  public var endpoint: Endpoint
  /// The role.
  public var user: String
  /// The role's password; nil where the server asks for none.
  public var password: String?
  /// The database.
  public var database: String

  /// An address.
  public init(_ endpoint: Endpoint, user: String, password: String? = nil, database: String) {
    self.endpoint = endpoint
    self.user = user
    self.password = password
    self.database = database
  }

  /// The address without the password, for messages.
  public var description: String {
    switch endpoint {
    case .host(let host, let port):
      "postgresql://\(user)@\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
    case .folder(let folder, let port):
      "postgresql://\(user)@:\(port)/\(database)?host=\(folder)"
    }
  }
}
