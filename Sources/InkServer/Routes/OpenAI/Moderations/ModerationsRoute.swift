import Hummingbird

/// `POST /v1/moderations`: known, and not there until there is a model that sorts texts into categories.
struct ModerationsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    // What cannot be done yet is no part of the description.
    routes.on(.post, "/v1/moderations", about: RouteDescription("")) { _, _ in
      throw ServerError(
        .notImplemented, "This server has no model that sorts texts into harmful and harmless ones.",
        code: "not_implemented")
    }
  }
}
