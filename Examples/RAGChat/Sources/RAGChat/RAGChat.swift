import Foundation
import Inkstone

/// Reads a folder of documents, then answers questions about them from standard input, with sources:
///
///     swift run -c release RAGChat model.gguf encoder.gguf documents/
///
/// `inkstone pull` prints the paths of a model and of an encoder, such as smollm2-135m and e5-small.
@main struct RAGChat {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else {
      print("usage: RAGChat MODEL.gguf ENCODER.gguf FOLDER")
      return
    }
    let cpu = CPU()
    let model = LocalChatModel(try LanguageModel.load(gguf: arguments[1], name: "model", cpu: cpu))
    let embedder = LocalEmbedder(
      try SentenceEncoder.load(gguf: arguments[2], name: "encoder", cpu: cpu), limit: .cut)
    let base = try await knowledge(embedder)
    let report = try await base.sync(arguments[3])
    print("\(report.added) documents added, \(report.unchanged) known")

    let search = KnowledgeSearch(base.store, embedder: embedder) { Date().timeIntervalSince1970 }
    let answerer = KnowledgeAnswerer(search, model: model)
    var history: [Message] = []
    while let question = readLine(), !question.isEmpty {
      for try await event in answerer.stream(question, history: history) {
        switch event {
        case .text(let text): print(text, terminator: "")
        case .finished(let answer):
          print()
          for citation in answer.citations { print("  \(citation.document): \(citation.quote)") }
          history += [.user(question), .assistant(answer.answer)]
        case .searching, .found, .reasoning: break
        }
      }
    }
  }

  /// The base of this example, which is made when it is not there yet.
  static func knowledge(_ embedder: some Embedder) async throws -> KnowledgeBase {
    let catalog = KnowledgeCatalog(
      folder: try KnowledgeCatalog.defaultFolder(environment: ProcessInfo.processInfo.environment))
    let name = try KnowledgeName("rag-chat")
    let settings = KnowledgeSettings(embedder: "encoder", dimension: embedder.dimension)
    let store =
      catalog.contains(name) ? try await catalog.open(name) : try await catalog.create(name, settings: settings)
    return try KnowledgeBase(
      store: store, embedder: embedder, embedderName: "encoder", extractor: DocumentReader(),
      splitter: try SplitterChoice.splitter(for: store.settings, embedder: embedder))
  }
}
