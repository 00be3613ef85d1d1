/// A document as a store keeps it.
public struct StoredDocument: Sendable, Hashable {
  /// The document's number in its store; numbers are never used again.
  public var id: Int64
  /// The file it was read from.
  public var source: SourceFile
  /// The title the file gives itself.
  public var title: String?
  /// Number of its pieces.
  public var pieceCount: Int
  /// Number of its pages; nil when its format has none, or when it was stored by a program that did not count them.
  public var pageCount: Int?
  /// Bytes of its extracted text.
  public var textSize: Int
  /// Seconds since 1970 when it was last changed in the store.
  public var updated: Double
  /// What the file and the person who added it say of it; filters read this.
  public var metadata: [String: String]
  /// What was left out when it was read.
  public var warnings: [String]

  /// A stored document.
  public init(
    id: Int64, source: SourceFile, title: String?, pieceCount: Int, pageCount: Int?, textSize: Int, updated: Double,
    metadata: [String: String], warnings: [String]
  ) {
    self.id = id
    self.source = source
    self.title = title
    self.pieceCount = pieceCount
    self.pageCount = pageCount
    self.textSize = textSize
    self.updated = updated
    self.metadata = metadata
    self.warnings = warnings
  }
}
