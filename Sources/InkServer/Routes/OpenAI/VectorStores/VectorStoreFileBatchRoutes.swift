import Hummingbird
import InkChat
import InkRetrieval

/// `/v1/vector_stores/{name}/file_batches`: several files at once. A batch is over when its request is answered.
struct VectorStoreFileBatchRoutes: ServerRoute {
  private static let mostFiles = 500

  func register(on routes: ServerRoutes) {
    let services = routes.services
    let batches = "/v1/vector_stores/{name}/file_batches"
    routes.on(.post, batches, about: Self.createDescription) { request, context in
      let name = try context.knowledgeName()
      var fields = try await request.fields(context, services)
      let files = try Self.files(&fields)
      let warnings = try fields.finish(services.settings.unknownFields)
      let desk = try services.knowledgeDesk()
      let base = try await desk.base(name)
      let batch = try await context.whileConnected {
        try await Self.attach(files, to: base, name, context, services)
      }
      await desk.remember(batch)
      return .json(batch.json, warnings: warnings)
    }
    routes.on(.get, batches + "/{batch}", about: Self.getDescription) { _, context in
      .json(try await Self.batch(context, services).json)
    }
    routes.on(.post, batches + "/{batch}/cancel", about: Self.cancelDescription) { _, context in
      // It was over before anybody could know its identifier.
      .json(try await Self.batch(context, services).json)
    }
    routes.on(.get, batches + "/{batch}/files", about: Self.filesDescription) { _, context in
      let name = try context.knowledgeName()
      let batch = try await Self.batch(context, services)
      let store = try await services.knowledgeDesk().store(name)
      let wanted = Set(batch.completed)
      let data = try await store.documents(matching: nil).filter { wanted.contains($0.fileIdentifier) }
        .map { $0.vectorStoreFile(name) }
      return .json(.vectorStoreList(data))
    }
  }

  /// A file of a batch with what is said of it.
  private struct File: Sendable {
    var identifier: String
    var attributes: [String: String]
  }

  /// `file_ids` with `attributes` for all, or `files`, each with its own.
  private static func files(_ fields: inout RequestFields) throws(ServerError) -> [File] {
    let shared = try fields.metadata("attributes")
    try fields.refuseStrategyOfFile()
    let identifiers = try fields.strings("file_ids", atMost: mostFiles) ?? []
    let own = try fields.objects("files", atMost: mostFiles) {
      (file: inout RequestFields) throws(ServerError) -> File in
      try file.refuseStrategyOfFile()
      return File(identifier: try file.requiredString("file_id"), attributes: try file.metadata("attributes"))
    }
    let files = identifiers.map { File(identifier: $0, attributes: shared) } + (own ?? [])
    guard !files.isEmpty else { throw fields.missing("file_ids") }
    return files
  }

  private static func attach(
    _ files: [File], to base: KnowledgeBase, _ name: KnowledgeName, _ context: ServerContext, _ services: ServerServices
  ) async throws -> VectorStoreFileBatch {
    var batch = VectorStoreFileBatch(
      identifier: services.identifiers.make("vsfb_"), store: name.description,
      created: services.clock.secondsSince1970())
    for file in files {
      do {
        _ = try await base.attach(file.identifier, attributes: file.attributes, context, services)
        batch.completed.append(file.identifier)
      } catch {
        // What is wrong with one file is counted; what is wrong with the server ends the request.
        let failure = ServerError(reporting: error)
        guard failure.status < 500, failure.code != "cancelled" else { throw error }
        batch.failed += 1
      }
    }
    return batch
  }

  private static func batch(_ context: ServerContext, _ services: ServerServices) async throws -> VectorStoreFileBatch {
    let identifier = context.parameters.get("batch") ?? ""
    let name = try context.knowledgeName()
    guard let batch = await (try services.knowledgeDesk()).fileBatch(identifier, of: name) else {
      throw ServerError(.notFound, "There is no file batch \"\(identifier.prefix(80))\".", code: "not_found")
    }
    return batch
  }
}

extension VectorStoreFileBatch {
  /// A batch in OpenAI's form.
  fileprivate var json: JSONValue {
    [
      "id": .string(identifier), "object": "vector_store.file_batch", "created_at": .integer(Int64(created)),
      "vector_store_id": .string(store), "status": "completed",
      "file_counts": [
        "in_progress": 0, "completed": .integer(Int64(completed.count)), "failed": .integer(Int64(failed)),
        "cancelled": 0, "total": .integer(Int64(completed.count + failed)),
      ],
    ]
  }
}

extension JSONValue {
  /// A whole list in OpenAI's form.
  static func vectorStoreList(_ data: [JSONValue]) -> JSONValue {
    [
      "object": "list", "data": .array(data), "first_id": data.first?["id"] ?? .null,
      "last_id": data.last?["id"] ?? .null, "has_more": false,
    ]
  }
}
