import Hummingbird
import InkChat

/// `GET` and `DELETE /v1/files/{id}`.
struct FileRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let files = routes.services.store.files
    routes.on(.get, "/v1/files/{id}", about: Self.getDescription) { _, context in
      let identifier = try context.identifier(.file)
      guard let record = try await files.record(identifier, owner: context.identity.name) else {
        throw ServerError.noSuch(.file, identifier.description)
      }
      return .json(try record.fileObject())
    }
    routes.on(.delete, "/v1/files/{id}", about: Self.deleteDescription) { _, context in
      let identifier = try context.identifier(.file)
      guard try await files.remove(identifier, owner: context.identity.name) else {
        throw ServerError.noSuch(.file, identifier.description)
      }
      return .json(["id": .string(identifier.description), "object": "file", "deleted": true])
    }
  }
}
