extension KnowledgeSettings {
  /// Refuses pieces that are not of a text, or whose vectors are not the base's.
  ///
  /// - Throws: `invalidDocument` that names the piece.
  package func check(_ pieces: [EmbeddedPiece], of name: String, in text: [UInt8]) throws(RetrievalError) {
    for (position, embedded) in pieces.enumerated() {
      let context = "\(name), piece \(position)"
      let range = embedded.piece.range
      guard range.lowerBound >= 0, range.upperBound <= text.count, !range.isEmpty,
        text[range].elementsEqual(embedded.piece.text.utf8)
      else {
        throw RetrievalError(
          .invalidDocument, context: context, expected: "the text's bytes at \(range)",
          found: "other text, or a range beyond its \(text.count) bytes")
      }
      guard embedded.vector.count == dimension, embedded.vector.allSatisfy(\.isFinite) else {
        throw RetrievalError(
          .invalidDocument, context: context, expected: "a vector of \(dimension) numbers",
          found: embedded.vector.count == dimension
            ? "a vector with elements that are none" : "one of \(embedded.vector.count)",
          hint: "Use the embedder that the base was made with: \(embedder).")
      }
    }
  }
}
