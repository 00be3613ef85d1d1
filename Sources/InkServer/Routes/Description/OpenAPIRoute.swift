import Hummingbird
import InkChat

/// `GET /openapi.json`: the server's description of itself.
struct OpenAPIRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    let templates = routes.templates
    routes.on(
      .get, "/openapi.json", access: .open, about: RouteDescription("This description, in OpenAPI 3.1")
    ) { _, _ in
      .json(OpenAPIDocument(routes: templates.described, settings: services.settings).json)
    }
  }
}
