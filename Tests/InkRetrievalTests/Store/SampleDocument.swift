import InkRetrieval

/// Documents for tests of stores: a line is a piece, and its vector tells how often it has each of a few letters.
struct SampleDocument {
  static let letters: [Character] = ["a", "e", "i", "o", "u", "的", "水", "山"]
  static let settings = KnowledgeSettings(embedder: "letters", dimension: letters.count)

  var name: String
  var text: String
  var headings: [String] = []
  var metadata: [String: String] = [:]
  var bytes: [UInt8]?

  static func vector(_ text: String) -> [Float] {
    letters.map { letter in Float(text.count { $0 == letter }) + 0.125 }
  }

  var source: SourceFile {
    SourceFile(
      name: name, path: bytes == nil ? "/files/\(name)" : nil, mediaType: "text/plain", size: text.utf8.count,
      sha256: EmbeddedPiece.hash(of: text))
  }

  var pieces: [EmbeddedPiece] {
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

  @discardableResult
  func put(in store: any KnowledgeStore) async throws -> StoredDocument {
    try await store.put(
      source, text: ExtractedText(text, title: "Title of \(name)", metadata: ["format": "plain"]), bytes: bytes,
      metadata: metadata, pieces: pieces)
  }
}
