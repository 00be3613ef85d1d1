public import HTTPTypes
public import Hummingbird

/// Collects the routes of a server.
public final class ServerRoutes {
  /// What routes are given.
  public let services: ServerServices
  private let openGroup: RouterGroup<ServerContext>
  private let watchGroup: RouterGroup<ServerContext>
  private let keyGroup: RouterGroup<ServerContext>
  /// Paths and their methods, to tell an unknown path from an unknown method.
  private(set) var table: [RouteTemplate] = []

  init(
    services: ServerServices, open: RouterGroup<ServerContext>, watch: RouterGroup<ServerContext>,
    key: RouterGroup<ServerContext>
  ) {
    self.services = services
    openGroup = open
    watchGroup = watch
    keyGroup = key
  }

  /// Adds a route.
  ///
  /// - Parameters:
  ///   - path: components separated by `/`; `{name}` stands for any one, `**` at the end for any number.
  ///   - access: who may use it.
  ///   - answer: makes the response; what it throws becomes an error in OpenAI's shape.
  public func on(
    _ method: HTTPRequest.Method, _ path: String, access: RouteAccess = .key,
    answer: @escaping @Sendable (Request, ServerContext) async throws -> Response
  ) {
    table.append(RouteTemplate(method: method, path: path))
    switch access {
    case .open: openGroup.on(RouterPath(path), method: method, use: answer)
    case .watch: watchGroup.on(RouterPath(path), method: method, use: answer)
    case .key: keyGroup.on(RouterPath(path), method: method, use: answer)
    }
  }
}
