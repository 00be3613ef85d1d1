public import HTTPTypes
public import Hummingbird

/// Collects the routes of a server.
public final class ServerRoutes {
  /// What routes are given.
  public let services: ServerServices
  /// Paths and their methods, to tell an unknown path from an unknown method, and to describe them.
  let templates: RouteTemplates
  private let openGroup: RouterGroup<ServerContext>
  private let watchGroup: RouterGroup<ServerContext>
  private let keyGroup: RouterGroup<ServerContext>

  init(
    services: ServerServices, templates: RouteTemplates, open: RouterGroup<ServerContext>,
    watch: RouterGroup<ServerContext>, key: RouterGroup<ServerContext>
  ) {
    self.services = services
    self.templates = templates
    openGroup = open
    watchGroup = watch
    keyGroup = key
  }

  /// Adds a route.
  ///
  /// - Parameters:
  ///   - path: components separated by `/`; `{name}` stands for any one, `**` at the end for any number.
  ///   - access: who may use it.
  ///   - about: what `/openapi.json` says of it; an empty summary leaves it out there.
  ///   - errors: how its errors are told.
  ///   - answer: makes the response; what it throws becomes an error of that shape.
  public func on(
    _ method: HTTPRequest.Method, _ path: String, access: RouteAccess = .key,
    about: RouteDescription = RouteDescription("An answer in JSON", body: .none), errors: ErrorShape = .openAI,
    answer: @escaping @Sendable (Request, ServerContext) async throws -> Response
  ) {
    templates.add(RouteTemplate(method: method, path: path, access: access, about: about, errors: errors))
    switch access {
    case .open: openGroup.on(RouterPath(path), method: method, use: answer)
    case .watch: watchGroup.on(RouterPath(path), method: method, use: answer)
    case .key: keyGroup.on(RouterPath(path), method: method, use: answer)
    }
  }
}
