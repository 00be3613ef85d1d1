/// A route, or a few that belong together.
public protocol ServerRoute: Sendable {
  /// Adds itself to the routes.
  func register(on routes: ServerRoutes)
}
