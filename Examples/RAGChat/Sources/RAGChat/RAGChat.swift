import Foundation
import Inkstone

/// Reads a folder of documents, then answers questions about them from standard input, with sources:
///
///     swift run -c release RAGChat model.gguf encoder.gguf documents/
///
/// `inkstone pull` prints the paths of a model and of an encoder, such as smollm2-135m and e5-small.
@main struct RAGChat {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 4 else {
      print("usage: RAGChat MODEL.gguf ENCODER.gguf FOLDER")
      exit(2)
    }
    // An error that leaves `main` would be shown as a crash.
    do { try await chat(model: arguments[1], encoder: arguments[2], folder: arguments[3]) } catch {
      print("error: \(error)")
      exit(1)
    }
  }

  static func chat(model: String, encoder: String, folder: String) async throws {
    let cpu = CPU()
    let model = LocalChatModel(try LanguageModel.load(gguf: model, name: "model", cpu: cpu))
    let embedder = LocalEmbedder(try SentenceEncoder.load(gguf: encoder, name: "encoder", cpu: cpu), limit: .cut)
    // A base of this run's own; one in a folder that stays would know the documents the next time.
    let home = FileManager.default.temporaryDirectory.appendingPathComponent("rag-chat-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: home) }
    let base = try await knowledge(in: home.path, embedder)
    let report = try await base.sync(folder)
    print("\(report.added) documents read. Ask; an empty line ends.")

    let search = KnowledgeSearch(base.store, embedder: embedder) { Date().timeIntervalSince1970 }
    // Small models invent more than they read, so this one only chooses sentences; a large one may write (`.written`).
    let answerer = KnowledgeAnswerer(search, model: model, plan: AnswerPlan(form: .quotes(count: 2)))
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

  static func knowledge(in folder: String, _ embedder: some Embedder) async throws -> KnowledgeBase {
    let store = try await KnowledgeCatalog(folder: folder).create(
      try KnowledgeName("rag-chat"), settings: KnowledgeSettings(embedder: "encoder", dimension: embedder.dimension))
    return try KnowledgeBase(
      store: store, embedder: embedder, embedderName: "encoder", extractor: DocumentReader(),
      splitter: try SplitterChoice.splitter(for: store.settings, embedder: embedder))
  }
}
