/// Where a knowledge base keeps its documents, pieces and vectors, and searches them.
///
/// What a call acknowledged by returning survives a crash at any later moment; a call that was cut off left nothing.
/// One writer at a time; readers see the state before or after a change, never in between.
public protocol KnowledgeStore: Sendable {
  /// The settings that were fixed when the base was made.
  var settings: KnowledgeSettings { get }

  /// Puts a document in the place of the one of the same name, or beside the others.
  ///
  /// - Parameters:
  ///   - text: what was extracted; kept, so that pieces can be widened and opened at their place.
  ///   - bytes: the file's bytes where the store is their only home (uploads); nil for files that can be read again.
  ///   - metadata: what the person who adds the file says of it; goes before what the file says of itself.
  ///   - pieces: the pieces in order, each with its vector of `settings.dimension` elements.
  /// - Returns: the document as stored. One that took another's place keeps its number; pieces that are the same as
  ///   before keep theirs.
  /// - Throws: `invalidDocument` when a piece's text is not the text at its range, or a vector is of another dimension
  ///   or not of numbers.
  func put(
    _ source: SourceFile, text: ExtractedText, bytes: [UInt8]?, metadata: [String: String], pieces: [EmbeddedPiece]
  ) async throws(RetrievalError) -> StoredDocument

  /// Removes documents with their pieces, vectors, index entries and cached vectors. When it returns, their text is in
  /// no file of the store.
  ///
  /// - Returns: the names of those that were there.
  @discardableResult
  func remove(documents names: [String]) async throws(RetrievalError) -> [String]

  /// Brings what searches need up to date and makes it durable, so that whoever opens the base next need not. Called when
  /// a stretch of changes is over; searches find everything without it, the first one later.
  func settle() async throws(RetrievalError)

  /// Gives back what the store holds open; calls that come later throw.
  func close() async throws(RetrievalError)

  /// The documents in the order of their names.
  func documents(matching filter: MetadataFilter?) async throws(RetrievalError) -> [StoredDocument]

  /// One document; nil when there is none of the name.
  func document(named name: String) async throws(RetrievalError) -> StoredDocument?

  /// The extracted text of a document.
  ///
  /// - Throws: `notFound` when there is none of the name.
  func text(ofDocument name: String) async throws(RetrievalError) -> String

  /// The bytes of an uploaded file; nil for a file that is kept elsewhere.
  ///
  /// - Throws: `notFound` when there is none of the name.
  func bytes(ofDocument name: String) async throws(RetrievalError) -> [UInt8]?

  /// The pieces of a document at positions, in order; positions beyond the document's are left out.
  func pieces(ofDocument id: Int64, at positions: Range<Int>) async throws(RetrievalError) -> [StoredPiece]

  /// The pieces of these numbers, in the order asked; those that are gone are left out.
  func pieces(_ ids: [Int64]) async throws(RetrievalError) -> [StoredPiece]

  /// Vectors that are known for texts already (by the SHA-256 of a piece's embedded text), so that only what changed is
  /// embedded again.
  func knownVectors(_ hashes: [String]) async throws(RetrievalError) -> [String: [Float]]

  /// The vectors of these pieces, in the order asked; nil for those that are gone.
  func vectors(_ ids: [Int64]) async throws(RetrievalError) -> [[Float]?]

  /// The nearest pieces to a vector by cosine, best first; equal scores by ascending id.
  func search(
    vector: [Float], count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece]

  /// The pieces that hold the query's words, by BM25, best first; equal scores by ascending id. What stands in quotation
  /// marks is a phrase, whose words a piece must hold one after the other.
  func search(
    words query: String, count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece]

  /// The score that no piece exceeds in a search for words: that of one which repeats each of them without end. Words
  /// that no piece holds count as the rarest. So a score's share of it says how much of the query a piece answers.
  func greatestScore(words query: String) async throws(RetrievalError) -> Double
}

extension KnowledgeStore {
  /// Removes a document; see ``remove(documents:)``.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public func remove(document name: String) async throws(RetrievalError) -> Bool {
    try await !remove(documents: [name]).isEmpty
  }
}
