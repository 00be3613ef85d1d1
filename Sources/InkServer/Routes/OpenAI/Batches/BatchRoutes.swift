import Hummingbird
import InkChat

/// `GET /v1/batches`, `GET /v1/batches/{id}`, `POST /v1/batches/{id}/cancel`.
struct BatchRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    let batches = services.store.batches
    routes.on(.get, "/v1/batches", about: Self.listDescription) { request, context in
      var fields = try request.query(numbers: ["limit"])
      let query = try ListQuery(&fields, .batch, limit: (20, 100))
      let warnings = try fields.finish(services.settings.unknownFields)
      let page = try await batches.page(
        owner: context.identity.name, after: query.after, limit: query.limit, order: query.order)
      return .json(
        try page.json { record throws(ServerError) in try record.batchObject(services) }, warnings: warnings)
    }
    routes.on(.get, "/v1/batches/{id}", about: Self.getDescription) { _, context in
      let identifier = try context.identifier(.batch)
      guard let record = try await batches.record(identifier, owner: context.identity.name) else {
        throw ServerError.noSuch(.batch, identifier.description)
      }
      return .json(try record.batchObject(services))
    }
    routes.on(.post, "/v1/batches/{id}/cancel", about: Self.cancelDescription) { _, context in
      let identifier = try context.identifier(.batch)
      guard try await batches.record(identifier, owner: context.identity.name) != nil else {
        throw ServerError.noSuch(.batch, identifier.description)
      }
      return .json(try await Self.cancel(identifier, services).batchObject(services))
    }
  }

  /// What runs is finished, what waits is not begun.
  private static func cancel(
    _ identifier: StoredIdentifier, _ services: ServerServices
  ) async throws(ServerError) -> StoredRecord {
    let now = services.clock.secondsSince1970()
    let record = try await services.store.batches.update(identifier) { (body) throws(ServerError) in
      var batch = try BatchRecord(body)
      switch batch.status {
      case .validating, .inProgress: batch.enter(.cancelling, at: now)
      case .cancelling: return nil
      case .finalizing, .failed, .completed, .expired, .cancelled:
        throw ServerError(
          .conflict, "The batch \"\(identifier)\" is \(batch.status.rawValue): it cannot be cancelled any more.",
          code: "batch_not_cancellable")
      }
      return batch.body
    }
    guard let record else { throw .noSuch(.batch, identifier.description) }
    return record
  }
}

extension StoredRecord {
  /// A batch in OpenAI's form.
  func batchObject(_ services: ServerServices) throws(ServerError) -> JSONValue {
    let batch = try BatchRecord(body)
    let progress = services.batches[identifier] ?? batch.progress
    return batch.object(identifier, created: created, progress: progress)
  }
}
