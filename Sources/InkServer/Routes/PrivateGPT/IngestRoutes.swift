import Hummingbird
import InkChat
import InkRetrieval

/// privateGPT's `/v1/ingest`: documents of the base `default`, which is made when it is first needed.
struct IngestRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    // Older clients send files to the plain path.
    for path in ["/v1/ingest/file", "/v1/ingest"] {
      routes.on(.post, path, about: Self.fileDescription) { request, context in
        try await Self.add(try await DocumentUpload.read(request, context, services), context, services)
      }
    }
    routes.on(.post, "/v1/ingest/text", about: Self.textDescription) { request, context in
      var fields = try await request.fields(context, services)
      let name = try DocumentUpload.checked(try fields.requiredString("file_name"), of: "file_name", fields)
      let text = try fields.requiredString("text")
      let metadata = try fields.metadata("metadata")
      let upload = DocumentUpload(
        name: name, mediaType: "text/plain", bytes: Array(text.utf8), metadata: metadata,
        warnings: try fields.finish(services.settings.unknownFields))
      return try await Self.add(upload, context, services)
    }
    routes.on(.get, "/v1/ingest/list", about: Self.listDescription) { _, _ in
      let base = try await services.knowledgeDesk().privateBase()
      return .json(Self.list(try await base.documents()))
    }
    routes.on(.delete, "/v1/ingest/{document}", about: Self.deleteDescription) { _, context in
      let base = try await services.knowledgeDesk().privateBase()
      let identifier = context.documentName()
      guard let document = try await base.documents().first(where: { String($0.id) == identifier }) else {
        throw RetrievalError(.notFound, context: "document \"\(identifier.prefix(80))\"")
      }
      try await base.remove([document.source.name])
      return .json(["deleted": true, "doc_id": .string(identifier)])
    }
  }

  private static func add(
    _ upload: DocumentUpload, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let base = try await services.knowledgeDesk().privateBase()
    let outcome = try await context.whileConnected {
      try await base.add(
        bytes: upload.bytes, name: upload.name, mediaType: upload.mediaType, metadata: upload.metadata)
    }
    _ = try outcome.json()
    return .json(list([try await base.store.requireDocument(outcome.name)]), warnings: upload.warnings)
  }

  private static func list(_ documents: [StoredDocument]) -> JSONValue {
    ["object": "list", "model": "private-gpt", "data": .array(documents.map(\.ingested))]
  }
}

extension KnowledgeDesk {
  /// The base that privateGPT's routes use.
  func privateBase() async throws -> KnowledgeBase {
    let name = try KnowledgeName("default")
    do {
      return try await base(name)
    } catch let error as RetrievalError where error.code == .notFound {
      do {
        return try await create(name, embedder: nil, splitting: .automatic, pieceTokens: 256, overlapTokens: 32)
      } catch let error as RetrievalError where error.code == .alreadyExists {
        // Another request was faster.
        return try await base(name)
      }
    }
  }
}

extension StoredDocument {
  /// A document as privateGPT tells it.
  var ingested: JSONValue {
    var members = [JSONMember("file_name", .string(source.name))]
    members += metadata.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }
    return ["object": "ingest.document", "doc_id": .string(String(id)), "doc_metadata": .object(members)]
  }
}
