import Foundation
import Hummingbird
import InkChat
import InkRetrieval

/// `/v1/vector_stores/{name}/files`: files that were uploaded, as documents of a base.
struct VectorStoreFileRoutes: ServerRoute {
  /// The key of a document's metadata that holds the file's identifier.
  static let fileKey = "file_id"

  func register(on routes: ServerRoutes) {
    let services = routes.services
    let list = "/v1/vector_stores/{name}/files"
    routes.on(.get, list, about: Self.listDescription) { _, context in
      let name = try context.knowledgeName()
      let store = try await services.knowledgeDesk().store(name)
      let data = try await store.documents(matching: nil).map { $0.vectorStoreFile(name) }
      return .json(.vectorStoreList(data))
    }
    routes.on(.post, list, about: Self.attachDescription) { request, context in
      let name = try context.knowledgeName()
      var fields = try await request.fields(context, services)
      let file = try fields.requiredString("file_id")
      let attributes = try fields.metadata("attributes")
      try fields.refuseStrategyOfFile()
      let warnings = try fields.finish(services.settings.unknownFields)
      let base = try await services.knowledgeDesk().base(name)
      let document = try await context.whileConnected {
        try await base.attach(file, attributes: attributes, context, services)
      }
      return .json(document.vectorStoreFile(name), warnings: warnings)
    }
    routes.on(.get, list + "/{file}", about: Self.getDescription) { _, context in
      let name = try context.knowledgeName()
      let store = try await services.knowledgeDesk().store(name)
      return .json(try await store.file(context.parameters.get("file") ?? "").vectorStoreFile(name))
    }
    routes.on(.get, list + "/{file}/content", about: Self.contentDescription) { _, context in
      let store = try await services.knowledgeDesk().store(try context.knowledgeName())
      let document = try await store.file(context.parameters.get("file") ?? "")
      let pieces = try await store.pieces(ofDocument: document.id, at: 0..<document.pieceCount)
      return .json([
        "object": "vector_store.file_content.page",
        "data": .array(pieces.map { ["type": "text", "text": .string($0.piece.text)] }), "has_more": false,
        "next_page": .null,
      ])
    }
    routes.on(.delete, list + "/{file}", about: Self.deleteDescription) { _, context in
      let store = try await services.knowledgeDesk().store(try context.knowledgeName())
      let document = try await store.file(context.parameters.get("file") ?? "")
      try await store.remove(documents: [document.source.name])
      return .json([
        "id": .string(document.fileIdentifier), "object": "vector_store.file.deleted", "deleted": true,
      ])
    }
  }
}

extension RequestFields {
  /// How long pieces are belongs to the store; a file may only say that it leaves that to the server.
  mutating func refuseStrategyOfFile() throws(ServerError) {
    let type = try object("chunking_strategy") { (strategy: inout RequestFields) throws(ServerError) -> String in
      try strategy.requiredString("type")
    }
    guard type == nil || type == "auto" else {
      throw unsupported(
        "chunking_strategy", "all files of a store are cut as it says; give it when you make the store.")
    }
  }
}

extension KnowledgeBase {
  /// Adds a file that was uploaded before.
  func attach(
    _ file: String, attributes: [String: String], _ context: ServerContext, _ services: ServerServices
  ) async throws -> StoredDocument {
    guard let identifier = StoredIdentifier(file, .file),
      let record = try await services.store.files.record(identifier, owner: context.identity.name)
    else { throw ServerError.noSuch(.file, file) }
    let stored = try FileRecord(record.body)
    let bytes = try await services.store.files.wholeContent(identifier, size: stored.byteCount)
    var metadata = attributes
    metadata[VectorStoreFileRoutes.fileKey] = file
    // Two files may have one name: the document of the later one is called by its identifier as well.
    var name = stored.name
    if let other = try await store.document(named: name), other.fileIdentifier != file { name = "\(file)/\(name)" }
    let outcome = try await add(bytes: bytes, name: name, metadata: metadata)
    _ = try outcome.json()
    return try await store.requireDocument(outcome.name)
  }
}

extension KnowledgeStore {
  /// The document of a file, by the file's identifier or the document's name.
  fileprivate func file(_ identifier: String) async throws -> StoredDocument {
    let name = identifier.removingPercentEncoding ?? identifier
    if let document = try await documents(matching: .equals(VectorStoreFileRoutes.fileKey, name)).first {
      return document
    }
    return try await requireDocument(name)
  }
}

extension StoredDocument {
  /// What OpenAI's clients know the document by.
  var fileIdentifier: String { metadata[VectorStoreFileRoutes.fileKey] ?? source.name }

  /// The name that the file was uploaded under.
  var fileName: String {
    let prefix = fileIdentifier + "/"
    return source.name.hasPrefix(prefix) ? String(source.name.dropFirst(prefix.count)) : source.name
  }

  /// What was said of the document.
  var attributes: JSONValue {
    .object(
      metadata.filter { $0.key != VectorStoreFileRoutes.fileKey }.sorted { $0.key < $1.key }.map {
        JSONMember($0.key, .string($0.value))
      })
  }

  /// A document as a file of a vector store.
  func vectorStoreFile(_ name: KnowledgeName) -> JSONValue {
    [
      "id": .string(fileIdentifier), "object": "vector_store.file", "created_at": .integer(Int64(updated)),
      "usage_bytes": .integer(Int64(textSize)), "vector_store_id": .string(name.description), "status": "completed",
      "last_error": .null, "attributes": attributes,
    ]
  }
}
