import Foundation
public import InkRetrieval

/// Where the password of a server is taken from, in the order of PostgreSQL's own programs: `PGPASSWORD`, else the
/// passfile that `PGPASSFILE` names, else `~/.pgpass`. It is asked each time and kept nowhere.
public struct PasswordSource: Sendable {
  private let environment: [String: String]

  /// The passwords of an environment.
  public init(environment: [String: String]) { self.environment = environment }

  /// The password for a role of a database; nil where none is known.
  ///
  /// - Throws: `invalidSetting` for a passfile that others may read, or that is no text.
  public func password(for address: PostgreSQLAddress) throws(RetrievalError) -> String? {
    if let password = value("PGPASSWORD") { return password }
    guard let path = value("PGPASSFILE") ?? value("HOME").map({ $0 + "/.pgpass" }),
      FileManager.default.fileExists(atPath: path)
    else { return nil }
    try checkPermissions(path)
    guard let bytes = FileManager.default.contents(atPath: path),
      let text = String(validating: bytes, as: UTF8.self)
    else {
      throw RetrievalError(
        .invalidSetting, context: path, expected: "a passfile", found: "one that cannot be read as text",
        hint: "Write lines of host:port:database:user:password, or set PGPASSWORD.")
    }
    return PasswordFile(text).password(for: address)
  }

  private func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  private func checkPermissions(_ path: String) throws(RetrievalError) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let permissions = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
    guard permissions & 0o077 == 0 else {
      throw RetrievalError(
        .invalidSetting, context: path, expected: "a passfile that its owner alone may read",
        found: "one that others may read", hint: "Run: chmod 600 \(path)")
    }
  }
}
