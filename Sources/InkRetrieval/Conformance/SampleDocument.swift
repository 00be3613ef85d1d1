/// Documents for tests of stores: a line is a piece, and its vector tells how often it has each of a few letters.
package struct SampleDocument: Sendable {
  private static let letters: [Character] = ["a", "e", "i", "o", "u", "的", "水", "山"]
  /// The settings that go with the vectors.
  package static let settings = KnowledgeSettings(embedder: "letters", dimension: letters.count)

  package var name: String
  package var text: String
  package var headings: [String]
  package var metadata: [String: String]
  package var bytes: [UInt8]?

  /// A document.
  package init(
    name: String, text: String, headings: [String] = [], metadata: [String: String] = [:], bytes: [UInt8]? = nil
  ) {
    self.name = name
    self.text = text
    self.headings = headings
    self.metadata = metadata
    self.bytes = bytes
  }

  /// The vector of a text.
  package static func vector(_ text: String) -> [Float] {
    letters.map { letter in Float(text.count { $0 == letter }) + 0.125 }
  }

  /// The file it would be.
  package var source: SourceFile {
    SourceFile(
      name: name, path: bytes == nil ? "/files/\(name)" : nil, mediaType: "text/plain", size: text.utf8.count,
      sha256: EmbeddedPiece.hash(of: text))
  }

  /// Its lines.
  package var pieces: [EmbeddedPiece] {
    var start = 0
    var pieces: [EmbeddedPiece] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let range = start..<start + line.utf8.count
      start = range.upperBound + 1
      guard !range.isEmpty else { continue }
      let text = String(line)
      pieces.append(
        EmbeddedPiece(
          Piece(range: range, text: text, headings: headings), embeddedText: text, vector: Self.vector(text)))
    }
    return pieces
  }

  /// Puts it into a store.
  @discardableResult
  package func put(in store: any KnowledgeStore) async throws -> StoredDocument {
    try await store.put(
      source, text: ExtractedText(text, title: "Title of \(name)", metadata: ["format": "plain"]), bytes: bytes,
      metadata: metadata, pieces: pieces)
  }
}
