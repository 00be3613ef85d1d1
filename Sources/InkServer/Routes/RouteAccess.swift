/// Who may use a route.
public enum RouteAccess: Sendable, Hashable {
  /// Everybody, without a key, also while the server drains: health, the page.
  case open
  /// Who has a key, if the server has any; not counted, and also while the server drains: metrics.
  case watch
  /// Who has a key, if the server has any, within the limits of the key.
  case key
}
