/// Who asks.
package enum ClientIdentity: Sendable, Hashable {
  /// Anybody: the server has no keys, or the route is open.
  case anonymous
  /// The holder of the key of that name.
  case key(name: String)

  /// What logs, metrics and the engine's fairness call the client.
  package var name: String {
    switch self {
    case .anonymous: ""
    case .key(let name): name
    }
  }
}
