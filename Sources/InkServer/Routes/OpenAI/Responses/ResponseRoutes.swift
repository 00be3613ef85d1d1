import Hummingbird
import InkChat

/// `GET` and `DELETE /v1/responses/{id}`, `POST /v1/responses/{id}/cancel`.
struct ResponseRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/v1/responses/{id}", about: Self.getDescription) { request, context in
      let (record, _) = try await Self.record(context, services)
      var fields = try request.query()
      fields.ignore("include", "include[]", "include_obfuscation", "starting_after")
      if let stream = try fields.string("stream"), stream != "false" {
        throw fields.unsupported("stream", "a response that is kept is complete; get it in one piece.")
      }
      return .json(record.object, warnings: try fields.finish(services.settings.unknownFields))
    }
    routes.on(.delete, "/v1/responses/{id}", about: Self.deleteDescription) { _, context in
      let identifier = try context.identifier(.response)
      guard try await services.store.responses.remove(identifier, owner: context.identity.name) else {
        throw ServerError.noSuch(.response, identifier.description)
      }
      return .json(["id": .string(identifier.description), "object": "response", "deleted": true])
    }
    routes.on(.post, "/v1/responses/{id}/cancel", about: Self.cancelDescription) { _, context in
      let (_, identifier) = try await Self.record(context, services)
      throw ServerError(
        .invalidRequest,
        "The response \"\(identifier)\" is complete: only one that is made in the background could be cancelled.",
        code: "response_not_cancellable")
    }
  }

  /// What is kept of the response that the request's path names.
  static func record(
    _ context: ServerContext, _ services: ServerServices
  ) async throws(ServerError) -> (ResponseRecord, StoredIdentifier) {
    let identifier = try context.identifier(.response)
    guard let record = try await services.store.responses.record(identifier, owner: context.identity.name) else {
      throw .noSuch(.response, identifier.description)
    }
    return (try ResponseRecord(record.body), identifier)
  }
}
