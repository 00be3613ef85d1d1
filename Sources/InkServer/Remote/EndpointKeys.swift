public import InkRemote
import InkChat

/// The keys of endpoints, which stand in environment variables.
public struct EndpointKeys: Sendable {
  private let environment: [String: String]

  /// Keys out of these variables.
  public init(environment: [String: String]) {
    self.environment = environment
  }

  /// The key in a variable; nil where no variable is named.
  ///
  /// - Throws: `server` for a variable that is not set or holds no key. What it holds is not repeated.
  public func key(in variable: String?) throws(ServerError) -> EndpointKey? {
    guard let variable else { return nil }
    guard let secret = environment[variable], !secret.isEmpty else {
      throw ServerError(
        .server, "The environment variable \(variable), which is to hold an endpoint's key, is not set.",
        code: "key_missing")
    }
    do throws(GenerationError) { return try EndpointKey(secret) } catch {
      throw ServerError(
        .server, "The environment variable \(variable) does not hold a key: \(error.description)", code: "key_invalid")
    }
  }
}
