import Hummingbird
import InkChat

/// `/health`, `/livez`, `/readyz`, `/version`: open without a key.
struct HealthRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/livez", access: .open) { _, _ in .json(["status": "ok"]) }
    for path in ["/health", "/readyz"] {
      routes.on(.get, path, access: .open) { _, _ in try await Self.readiness(services) }
    }
    routes.on(.get, "/version", access: .open) { _, _ in
      .json(["version": .string(services.settings.version)])
    }
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
