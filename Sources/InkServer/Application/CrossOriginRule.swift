/// Which pages of other sites may talk to the server from a browser (CORS).
public enum CrossOriginRule: Sendable, Hashable {
  /// None: the server says nothing about other origins.
  case off
  /// Those of these origins, such as `https://chat.example.org`.
  case origins(Set<String>)
  /// Any.
  case any
}
