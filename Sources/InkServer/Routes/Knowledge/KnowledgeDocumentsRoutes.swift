import Hummingbird
import InkChat
import InkRetrieval

/// `/v1/knowledge/{name}/documents`: what a base holds.
struct KnowledgeDocumentsRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    let list = "/v1/knowledge/{name}/documents"
    let one = "/v1/knowledge/{name}/documents/{document}"
    routes.on(.get, list, about: Self.listDescription) { _, context in
      let store = try await services.knowledgeDesk().store(try context.knowledgeName())
      return .json(["object": "list", "data": .array(try await store.documents(matching: nil).map(\.json))])
    }
    routes.on(.post, list, about: Self.addDescription) { request, context in
      let name = try context.knowledgeName()
      let base = try await services.knowledgeDesk().base(name)
      let upload = try await DocumentUpload.read(request, context, services)
      let outcome = try await context.whileConnected {
        try await base.add(
          bytes: upload.bytes, name: upload.name, mediaType: upload.mediaType, metadata: upload.metadata)
      }
      return .json(try outcome.json(), warnings: upload.warnings)
    }
    routes.on(.get, one, about: Self.getDescription) { _, context in
      let store = try await services.knowledgeDesk().store(try context.knowledgeName())
      let document = try await store.requireDocument(context.documentName())
      let pieces = try await store.pieces(ofDocument: document.id, at: 0..<document.pieceCount)
      var members: [JSONMember] = []
      if case .object(let own) = document.json { members = own }
      members.append(JSONMember("pieces", .array(pieces.map(\.json))))
      return .json(.object(members))
    }
    routes.on(.get, one + "/text", about: Self.textDescription) { _, context in
      let store = try await services.knowledgeDesk().store(try context.knowledgeName())
      let text = try await store.text(ofDocument: try await store.requireDocument(context.documentName()).source.name)
      // What stands in a document is shown as text and never as a page of this server.
      return .bytes(
        Array(text.utf8), mediaType: "text/plain; charset=utf-8", headers: [.xContentTypeOptions: "nosniff"])
    }
    routes.on(.delete, one, about: Self.deleteDescription) { _, context in
      let store = try await services.knowledgeDesk().store(try context.knowledgeName())
      let document = try await store.requireDocument(context.documentName())
      try await store.remove(documents: [document.source.name])
      return .json(["id": .string(document.source.name), "object": "knowledge.document.deleted", "deleted": true])
    }
  }
}

extension KnowledgeStore {
  /// A document that must be there.
  func requireDocument(_ name: String) async throws(RetrievalError) -> StoredDocument {
    guard let document = try await document(named: name) else {
      throw RetrievalError(.notFound, context: "document \"\(name.prefix(200))\"")
    }
    return document
  }
}

extension StoredDocument {
  /// A document as lists tell it.
  var json: JSONValue {
    [
      "id": .string(source.name), "object": "knowledge.document", "document": .string(source.name),
      "sha256": .string(source.sha256), "media_type": .string(source.mediaType), "bytes": .integer(Int64(source.size)),
      "title": title.map { .string($0) } ?? .null, "piece_count": .integer(Int64(pieceCount)),
      "page_count": pageCount.map { .integer(Int64($0)) } ?? .null, "text_bytes": .integer(Int64(textSize)),
      "updated_at": .number(updated),
      "metadata": .object(metadata.sorted { $0.key < $1.key }.map { JSONMember($0.key, .string($0.value)) }),
      "warnings": .array(warnings.map { .string($0) }),
    ]
  }
}

extension StoredPiece {
  /// A piece with its place.
  var json: JSONValue {
    [
      "id": .integer(id), "object": "knowledge.piece", "text": .string(piece.text), "document": .string(document),
      "sha256": .string(sha256), "start": .integer(Int64(piece.range.lowerBound)),
      "end": .integer(Int64(piece.range.upperBound)), "page": piece.page.map { .integer(Int64($0)) } ?? .null,
      "headings": .array(piece.headings.map { .string($0) }), "position": .integer(Int64(position)),
    ]
  }
}

extension ScoredPiece {
  /// A found piece.
  var json: JSONValue {
    guard case .object(var members) = piece.json else { return piece.json }
    members.append(JSONMember("score", .number(score)))
    return .object(members)
  }
}

extension DocumentOutcome {
  /// What became of a document that was sent.
  ///
  /// - Throws: why it could not be read.
  func json() throws -> JSONValue {
    let word: String
    switch result {
    case .added: word = "added"
    case .replaced: word = "replaced"
    case .unchanged: word = "unchanged"
    case .removed: word = "removed"
    case .failed(let error): throw error
    case .skipped(.empty): throw RetrievalError(.invalidDocument, context: name, found: "an empty file")
    case .skipped(.oversized(let bytes, let limit)):
      throw RetrievalError(.tooLarge, context: name, expected: "at most \(limit) bytes", found: "\(bytes)")
    case .skipped(.unknownFormat), .skipped(.hidden), .skipped(.link), .skipped(.notAFile):
      throw RetrievalError(.unsupported, context: name, expected: "a file of a known format")
    }
    return [
      "id": .string(name), "object": "knowledge.document", "document": .string(name), "result": .string(word),
      "piece_count": .integer(Int64(pieces)), "embedded": .integer(Int64(embedded)),
      "warnings": .array(warnings.map { .string($0) }),
    ]
  }
}
