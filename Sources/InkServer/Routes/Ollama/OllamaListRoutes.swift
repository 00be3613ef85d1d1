import Hummingbird
import InkChat

/// `GET /api/tags`, `/api/ps`, `/api/version`.
struct OllamaListRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/api/tags", about: RouteDescription("List models, as Ollama does"), errors: .ollama) { _, _ in
      .json(["models": .array(await services.models.listings.map { $0.ollamaEntry() })])
    }
    routes.on(.get, "/api/ps", about: RouteDescription("List loaded models, as Ollama does"), errors: .ollama) { _, _ in
      // When a model is put away is the pool's choice; clients want a time all the same.
      let expires = JSONMember(
        "expires_at", .string(ServerServices.ollamaTime(services.clock.secondsSince1970() + 300)))
      let loaded = await services.models.listings.filter { $0.state == .loaded }
      return .json(["models": .array(loaded.map { $0.ollamaEntry([expires, JSONMember("size_vram", 0)]) })])
    }
    routes.on(.get, "/api/version", about: RouteDescription("The version, as Ollama tells it"), errors: .ollama) {
      _, _ in
      .json(["version": .string(services.settings.version)])
    }
  }
}
