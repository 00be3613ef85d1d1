import Hummingbird
import InkChat

/// `/health`, `/livez`, `/readyz`, `/version`: open without a key.
struct HealthRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/livez", access: .open, about: Self.about("Whether the process runs", "status")) { _, _ in
      .json(["status": "ok"])
    }
    for path in ["/health", "/readyz"] {
      routes.on(.get, path, access: .open, about: Self.about("Whether requests are taken", "status")) { _, _ in
        try await Self.readiness(services)
      }
    }
    routes.on(.get, "/version", access: .open, about: Self.about("The server's version", "version")) { _, _ in
      .json(["version": .string(services.settings.version)])
    }
  }

  private static func about(_ summary: String, _ member: String) -> RouteDescription {
    let schema = Schema.object([Schema.member(member, Schema.string)], required: [member])
    return RouteDescription(summary, answers: [RouteDescription.Answer("application/json", schema)])
  }

  private static func readiness(_ services: ServerServices) async throws(ServerError) -> Response {
    guard !services.activity.isDraining else {
      throw ServerError(.unavailable(retryAfter: 5), "The server is being stopped.", code: "draining")
    }
    let listings = await services.models.listings
    let isLoading = listings.contains { $0.state == .loading }
    let canAnswer = listings.contains { $0.state == .loaded || $0.state == .unloaded }
    guard canAnswer || !isLoading else {
      throw ServerError(.unavailable(retryAfter: 1), "Loading model", code: "loading")
    }
    return .json(["status": "ok"])
  }
}
