import HTTPTypes
import Hummingbird

/// What Ollama does with models themselves. Here that is for whoever runs the server, and clients are told so.
struct OllamaManagementRoutes: ServerRoute {
  private static let paths: [(method: HTTPRequest.Method, path: String)] = [
    (.post, "/api/pull"), (.post, "/api/push"), (.post, "/api/create"), (.post, "/api/copy"), (.delete, "/api/delete"),
  ]

  func register(on routes: ServerRoutes) {
    for (method, path) in Self.paths {
      // What is not done is no part of the description.
      routes.on(method, path, about: RouteDescription(""), errors: .ollama) { _, _ in
        throw ServerError(
          .notImplemented, "This server's models are given when it is started, or in its configuration.",
          code: "not_implemented")
      }
    }
  }
}
