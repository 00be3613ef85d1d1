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
        guard let store = try? desk.catalog.open(name) else { continue }
        data.append(try await store.vectorStore(name, services))
      }
      return .json([
        "object": "list", "data": .array(data), "first_id": data.first?["id"] ?? .null,
        "last_id": data.last?["id"] ?? .null, "has_more": false,
      ])
    }
    routes.on(.post, "/v1/vector_stores", about: Self.createDescription) { request, context in
      var fields = try await request.fields(context, services)
      let files = try fields.strings("file_ids", atMost: 500) ?? []
      let given = try fields.string("name")
      let strategy = try ChunkingStrategy(&fields)
      fields.ignore("metadata", "expires_after", "description")
      let warnings = try fields.finish(services.settings.unknownFields)
      let name = try KnowledgeName(given ?? services.identifiers.make("vs_"))
      let base = try await services.knowledgeDesk().create(
        name, embedder: nil, splitting: .automatic, pieceTokens: strategy.tokens, overlapTokens: strategy.overlap)
      for file in files { _ = try await base.attach(file, attributes: [:], context, services) }
      return .json(try await base.store.vectorStore(name, services), warnings: warnings)
    }
    routes.on(.get, "/v1/vector_stores/{name}", about: Self.getDescription) { _, context in
      let name = try context.knowledgeName()
      return .json(try await services.knowledgeDesk().catalog.open(name).vectorStore(name, services))
    }
    routes.on(.delete, "/v1/vector_stores/{name}", about: Self.deleteDescription) { _, context in
      let name = try context.knowledgeName()
      try await services.knowledgeDesk().delete(name)
      return .json(["id": .string(name.description), "object": "vector_store.deleted", "deleted": true])
    }
  }
}

/// `chunking_strategy`: how long pieces are. `auto` is what OpenAI documents for it, as far as the embedder reads.
struct ChunkingStrategy: Sendable {
  var tokens = 256
  var overlap = 32

  init(_ fields: inout RequestFields) throws(ServerError) {
    guard let value = fields.value("chunking_strategy") else { return }
    var strategy = try RequestFields(value, path: fields.path("chunking_strategy"))
    switch try strategy.requiredString("type") {
    case "auto": return
    case "static":
      guard let sizes = strategy.value("static") else { throw strategy.missing("static") }
      var inner = try RequestFields(sizes, path: strategy.path("static"))
      tokens = try inner.integer("max_chunk_size_tokens", in: 8...8192) ?? tokens
      overlap = try inner.integer("chunk_overlap_tokens", in: 0...(tokens / 2)) ?? min(overlap, tokens / 4)
    case let other: throw strategy.invalid("type", "\"auto\" or \"static\"", found: .string(other))
    }
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
