import Hummingbird
import InkChat

/// `POST /v1/moderations`: known, and not there until there is a model that sorts texts into categories.
struct ModerationsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let description = RouteDescription(
      "Not there yet: say whether a text is harmful", body: .json(["type": "object"]))
    routes.on(.post, "/v1/moderations", about: description) { _, _ in
      throw ServerError(
        .notImplemented, "This server has no model that sorts texts into harmful and harmless ones.",
        code: "not_implemented")
    }
  }
}
