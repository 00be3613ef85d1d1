import InkChat
import InkRetrieval
import InkTesting
import Synchronization

/// Reads files of text whose bytes are UTF-8.
struct SampleExtractor: DocumentExtractor {
  let fileExtensions = ["txt"]

  func extract(
    _ bytes: [UInt8], name: String, mediaType: String?
  ) throws(RetrievalError) -> (mediaType: String, text: ExtractedText) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw RetrievalError(.invalidDocument, context: name, expected: "UTF-8")
    }
    return (mediaType ?? "text/plain", ExtractedText(text))
  }
}

/// Every line is a piece.
struct LineSplitter: TextSplitter {
  func split(_ document: ExtractedText) async throws(RetrievalError) -> [Piece] {
    SampleDocument(name: "", text: document.text).pieces.map(\.piece)
  }
}

/// Remembers what it embedded; refuses texts with a word and fails at another.
struct CountingEmbedder: Embedder {
  let dimension = SampleDocument.settings.dimension
  let texts = Counted()

  final class Counted: Sendable {
    private let seen = Mutex<[String]>([])
    func add(_ texts: [String]) { seen.withLock { $0 += texts } }
    func take() -> [String] {
      seen.withLock { seen in
        defer { seen = [] }
        return seen
      }
    }
  }

  func tokenCount(of text: String) -> Int? { nil }

  func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    if texts.contains(where: { $0.contains("unembeddable") }) {
      throw GenerationError(code: .invalidInput, context: "text")
    }
    if texts.contains(where: { $0.contains("power cut") }) {
      throw GenerationError(code: .unavailable, context: "embedder")
    }
    self.texts.add(texts)
    return texts.map { SampleDocument.vector($0) }
  }
}

/// A base in a folder of its own, beside a folder of files.
struct SampleBase {
  let home: TemporaryFolder
  let files: TemporaryFolder
  let embedder = CountingEmbedder()
  let base: KnowledgeBase

  init(limits: IngestionLimits = IngestionLimits()) throws {
    home = try TemporaryFolder()
    files = try TemporaryFolder()
    base = try KnowledgeBase(
      store: SQLiteKnowledgeStore.create(home.path + "/base.sqlite", settings: SampleDocument.settings),
      embedder: embedder, embedderName: SampleDocument.settings.embedder, extractor: SampleExtractor(),
      splitter: LineSplitter(), limits: limits)
  }

  func names() async throws -> [String] { try await base.documents().map(\.source.name) }
}
