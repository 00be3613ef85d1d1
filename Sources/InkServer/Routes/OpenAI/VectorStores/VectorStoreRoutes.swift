import Hummingbird
import InkChat
import InkRetrieval

/// `/v1/vector_stores`: the knowledge bases in OpenAI's form. A store's identifier is the base's name.
struct VectorStoreRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/v1/vector_stores", about: Self.listDescription) { _, _ in
      let desk = try services.knowledgeDesk()
      var data: [JSONValue] = []
      for name in try desk.catalog.names() {
        let listed = try await desk.listed(name, object: "vector_store") { try await $0.vectorStore(name, services) }
        if let listed { data.append(listed) }
      }
      return .json(.vectorStoreList(data))
    }
    routes.on(.post, "/v1/vector_stores", about: Self.createDescription) { request, context in
      var fields = try await request.fields(context, services)
      let files = try fields.strings("file_ids", atMost: 500) ?? []
      let given = try fields.string("name")
      let strategy = try ChunkingStrategy(&fields)
      // What a base cannot keep, such as "expires_after" and "metadata", is named as unknown.
      let warnings = try fields.finish(services.settings.unknownFields)
      let name = try KnowledgeName(given.map(Self.plainName) ?? services.identifiers.make("vs_"))
      let desk = try services.knowledgeDesk()
      let base = try await desk.create(
        name, embedder: nil, splitting: .automatic, pieceTokens: strategy.tokens, overlapTokens: strategy.overlap)
      do {
        for file in files {
          _ = try await context.whileConnected { try await base.attach(file, attributes: [:], context, services) }
        }
      } catch {
        // The client never learns of a store that came about only in part.
        try? await desk.delete(name)
        throw error
      }
      return .json(try await base.store.vectorStore(name, services), warnings: warnings)
    }
    routes.on(.get, "/v1/vector_stores/{name}", about: Self.getDescription) { _, context in
      let name = try context.knowledgeName()
      return .json(try await services.knowledgeDesk().store(name).vectorStore(name, services))
    }
    routes.on(.delete, "/v1/vector_stores/{name}", about: Self.deleteDescription) { _, context in
      let name = try context.knowledgeName()
      try await services.knowledgeDesk().delete(name)
      return .json(["id": .string(name.description), "object": "vector_store.deleted", "deleted": true])
    }
  }

  /// A store's name with `-` for the white space in it: its name is its identifier too.
  private static func plainName(_ name: String) -> String {
    name.split(whereSeparator: \.isWhitespace).joined(separator: "-")
  }
}

extension KnowledgeStore {
  /// A base in OpenAI's form. The base knows when its documents came, not when it was made.
  func vectorStore(_ name: KnowledgeName, _ services: ServerServices) async throws -> JSONValue {
    let documents = try await documents(matching: nil)
    let times = documents.map { Int64($0.updated) }
    let now = Int64(services.clock.secondsSince1970())
    let count = JSONValue.integer(Int64(documents.count))
    return [
      "id": .string(name.description), "object": "vector_store", "created_at": .integer(times.min() ?? now),
      "name": .string(name.description), "usage_bytes": .integer(Int64(documents.reduce(0) { $0 + $1.textSize })),
      "file_counts": ["in_progress": 0, "completed": count, "failed": 0, "cancelled": 0, "total": count],
      "status": "completed", "last_active_at": .integer(times.max() ?? now), "metadata": .object([]),
    ]
  }
}
