import HTTPTypes
import Hummingbird

/// Routes of OpenAI's interface that this server knows and cannot serve: 501 and the reason, so that a client can tell
/// them from a wrong address.
struct UnsupportedRoutes: ServerRoute {
  private struct Group {
    let paths: [String]
    let reason: String
  }

  private static let groups = [
    Group(
      paths: [
        "/v1/fine_tuning/jobs", "/v1/fine_tuning/jobs/{id}", "/v1/fine_tuning/jobs/{id}/cancel",
        "/v1/fine_tuning/jobs/{id}/pause", "/v1/fine_tuning/jobs/{id}/resume", "/v1/fine_tuning/jobs/{id}/events",
        "/v1/fine_tuning/jobs/{id}/checkpoints",
      ], reason: "This server trains no models: `inkstone train` does, and `serve --adapter` serves what comes of it."),
    Group(
      paths: ["/v1/audio/transcriptions", "/v1/audio/translations", "/v1/audio/speech"],
      reason: "This server has no model that hears or speaks."),
    Group(
      paths: ["/v1/images/generations", "/v1/images/edits", "/v1/images/variations"],
      reason: "This server has no model that draws."),
  ]

  func register(on routes: ServerRoutes) {
    for group in Self.groups {
      for path in group.paths {
        for method in [HTTPRequest.Method.get, .post] {
          // What cannot be done is no part of the description.
          routes.on(method, path, about: RouteDescription("")) { _, _ in
            throw ServerError(.notImplemented, group.reason, code: "not_implemented")
          }
        }
      }
    }
  }
}
