import Foundation
import Hummingbird
import InkChat
import InkRetrieval

/// `/v1/knowledge`: the bases.
struct KnowledgeBasesRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/v1/knowledge", about: Self.listDescription) { _, _ in
      let desk = try services.knowledgeDesk()
      var data: [JSONValue] = []
      for name in try desk.catalog.names() {
        if let json = try await desk.listed(name, object: "knowledge", { try await $0.json(name) }) {
          data.append(json)
        }
      }
      return .json(["object": "list", "data": .array(data)])
    }
    routes.on(.post, "/v1/knowledge", about: Self.createDescription) { request, context in
      var fields = try await request.fields(context, services)
      let desk = try services.knowledgeDesk()
      let name = try KnowledgeName(try fields.requiredString("name"))
      let embedder = try fields.string("embedder")
      let splitting = try fields.word("splitting", of: KnowledgeSettings.Splitting.self) ?? .automatic
      let tokens = try fields.integer("piece_tokens", in: 8...8192) ?? 256
      let overlap = try fields.integer("overlap_tokens", in: 0...4096) ?? min(32, tokens / 4)
      let vectors = try fields.word("vectors", of: KnowledgeSettings.Vectors.self) ?? .float32
      let warnings = try fields.finish(services.settings.unknownFields)
      let base = try await desk.create(
        name, embedder: embedder, splitting: splitting, pieceTokens: tokens, overlapTokens: overlap,
        vectors: vectors)
      return .json(try await base.store.json(name), status: .created, warnings: warnings)
    }
    routes.on(.get, "/v1/knowledge/{name}", about: Self.getDescription) { _, context in
      let name = try context.knowledgeName()
      return .json(try await services.knowledgeDesk().store(name).json(name))
    }
    routes.on(.delete, "/v1/knowledge/{name}", about: Self.deleteDescription) { _, context in
      let name = try context.knowledgeName()
      try await services.knowledgeDesk().delete(name)
      return .json(["id": .string(name.description), "object": "knowledge.deleted", "deleted": true])
    }
  }
}

extension ServerServices {
  /// The bases.
  ///
  /// - Throws: `notImplemented` when the server was started without any.
  func knowledgeDesk() throws(ServerError) -> KnowledgeDesk {
    guard let knowledge else { throw .noKnowledge }
    return knowledge
  }
}

extension ServerContext {
  /// The base that the request's path names.
  func knowledgeName() throws(RetrievalError) -> KnowledgeName {
    try KnowledgeName(parameters.get("name")?.removingPercentEncoding ?? "")
  }

  /// The document that the request's path names; slashes in it are written as `%2F`.
  func documentName() -> String { parameters.get("document")?.removingPercentEncoding ?? "" }
}

extension KnowledgeStore {
  /// A base as lists tell it.
  func json(_ name: KnowledgeName) async throws -> JSONValue {
    let documents = try await documents(matching: nil)
    return [
      "id": .string(name.description), "object": "knowledge", "embedder": .string(settings.embedder),
      "dimension": .integer(Int64(settings.dimension)), "splitting": .string(settings.splitting.rawValue),
      "piece_tokens": .integer(Int64(settings.pieceTokens)),
      "overlap_tokens": .integer(Int64(settings.overlapTokens)), "documents": .integer(Int64(documents.count)),
      "vectors": .string(settings.vectors.rawValue),
      "pieces": .integer(Int64(documents.reduce(0) { $0 + $1.pieceCount })),
    ]
  }
}
