/// Reads the sources of citations again and says whether every byte still stands there.
public struct CitationVerifier: Sendable {
  /// What a citation turned out to be.
  public enum Verdict: Sendable, Hashable {
    /// The file's hash, the text's bytes and the quote are what was cited.
    case intact
    /// The citation cannot be right: a range that is none, a quote that is not part of the text.
    case invalid(String)
    /// The document is not in the base, or its file is gone or cannot be read.
    case missing(String)
    /// The file has other bytes than when it was cited.
    case fileChanged(found: String)
    /// The text at the cited bytes is another.
    case textDiffers
  }

  /// Reads a document's source again: the file's SHA-256 and the text extracted from it.
  public typealias SourceReader =
    @Sendable (StoredDocument) async throws(RetrievalError) -> (
      sha256: String, text: String
    )

  private let store: any KnowledgeStore
  private let read: SourceReader

  /// A verifier over a base.
  public init(_ store: any KnowledgeStore, read: @escaping SourceReader) {
    self.store = store
    self.read = read
  }

  /// One verdict for each citation. Each source is read once.
  ///
  /// - Throws: ``RetrievalError`` when the store fails or the work is cancelled; what is wrong with a source is a verdict.
  public func verdicts(on citations: [Citation]) async throws(RetrievalError) -> [Verdict] {
    var sources: [String: Result<(sha256: String, text: [UInt8]), RetrievalError>] = [:]
    var verdicts: [Verdict] = []
    for citation in citations {
      if sources[citation.document] == nil { sources[citation.document] = try await source(citation.document) }
      switch sources[citation.document] {
      case .success(let source)?: verdicts.append(CitationVerifier.verdict(citation, source.sha256, source.text))
      case .failure(let error)?: verdicts.append(.missing(error.description))
      case nil: verdicts.append(.missing(citation.document))
      }
    }
    return verdicts
  }

  private func source(
    _ name: String
  ) async throws(RetrievalError) -> Result<(sha256: String, text: [UInt8]), RetrievalError> {
    guard let document = try await store.document(named: name) else {
      return .failure(RetrievalError(.notFound, context: name, hint: "The document is not in the base any more."))
    }
    do {
      let source = try await read(document)
      return .success((source.sha256, Array(source.text.utf8)))
    } catch {
      if error.code == .cancelled { throw error }
      return .failure(error)
    }
  }

  private static func verdict(_ citation: Citation, _ sha256: String, _ text: [UInt8]) -> Verdict {
    let cited = Array(citation.text.utf8)
    guard citation.start >= 0, citation.end > citation.start else {
      return .invalid("bytes \(citation.start) to \(citation.end)")
    }
    guard citation.end - citation.start == cited.count else {
      return .invalid("a text of \(cited.count) bytes at a range of \(citation.end - citation.start)")
    }
    guard !citation.quote.isEmpty, contains(Array(citation.quote.utf8), in: cited) else {
      return .invalid("the quote is not part of the text")
    }
    guard citation.sha256 == sha256 else { return .fileChanged(found: sha256) }
    guard citation.end <= text.count, text[citation.start..<citation.end].elementsEqual(cited) else {
      return .textDiffers
    }
    return .intact
  }

  /// Whether bytes stand in others. Compared as bytes: equality of strings would let another composition pass.
  private static func contains(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
    guard needle.count <= bytes.count, let first = needle.first else { return false }
    for start in 0...(bytes.count - needle.count)
    where bytes[start] == first && bytes[start..<(start + needle.count)].elementsEqual(needle) {
      return true
    }
    return false
  }
}
