import InkIndex
public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  public func put(
    _ source: SourceFile, text: ExtractedText, bytes: [UInt8]?, metadata: [String: String], pieces: [EmbeddedPiece]
  ) async throws(RetrievalError) -> StoredDocument {
    let utf8 = Array(text.text.utf8)
    try settings.check(pieces, of: source.name, in: utf8)
    let change = DocumentChange(
      source: source, title: text.title, text: utf8,
      pageCount: text.pageCount, bytes: bytes,
      metadata: text.metadata.merging(metadata) { _, given in given }, warnings: text.warnings, pieces: pieces,
      words: PieceWords(pieces.map { settings.searchedText(of: $0.piece) }, analyzer: options.analyzer),
      updated: options.now())
    let context = context
    let document = try await write { connection throws(RetrievalError) in
      try await change.apply(to: connection)
      return try await Self.document(named: source.name, connection, context: context)
    }
    guard let document else { throw Self.damage(context, "a document that was just written is missing") }
    return document
  }
}
