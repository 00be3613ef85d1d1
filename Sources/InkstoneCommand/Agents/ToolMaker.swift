import Foundation
import InkChains
import InkRetrieval

/// Makes tools out of what the command line names.
struct ToolMaker: Sendable {
  let models: PlacedModels
  /// The folder of the knowledge bases; nil for the usual one.
  let home: String?

  /// The tools, in order.
  func tools(_ choices: [ToolArgument]) async throws -> [AgentTool] {
    var tools: [AgentTool] = []
    var bases = 0
    var tables = 0
    for choice in choices {
      switch choice {
      case .calculator: tools.append(try .calculator())
      case .code: tools.append(try .script())
      case .fetch: tools.append(try .fetch(PageFetcher(.http())))
      case .files(let folder): tools += try AgentTool.readingFiles(in: FolderAccess(folder))
      case .writing(let folder):
        let access = try FolderAccess(folder)
        tools += try AgentTool.readingFiles(in: access) + [.writingFiles(in: access)]
      case .sql(let file):
        tables += 1
        guard tables == 1 else {
          throw CommandError(
            .usage, context: "--tool sql:\(file)", expected: "one tool of this kind", found: "another one",
            hint: "Put the tables into one workbook or database.")
        }
        tools.append(try await .query(TableFile.database([file])))
      case .retrieval(let base):
        bases += 1
        tools.append(try search(try await knowledge(base), base: base, number: bases))
      }
    }
    return tools
  }

  /// The bases of the user.
  func catalog() throws(RetrievalError) -> KnowledgeCatalog {
    try KnowledgeCatalog.ofUser(folder: home, environment: ProcessInfo.processInfo.environment)
  }

  /// A search in a base.
  ///
  /// - Parameter number: counts the bases from 1; names of tools must differ, and names of bases can be of letters that
  ///   no tool's name may have.
  func search(_ search: KnowledgeSearch, base: String, number: Int) throws -> AgentTool {
    try .retrieval(
      search, name: ToolMaker.name("search_documents", number),
      description: "Searches the documents of \"\(base)\" and gives the passages that fit.")
  }

  /// The search of a base with its usual settings.
  func knowledge(_ base: String) async throws -> KnowledgeSearch {
    let store = try await catalog().open(try KnowledgeName(base))
    return try await models.search(
      store, plan: SearchPlan(), rerank: nil, rerankingModel: nil, embedding: .always)
  }

  /// Answers of a base with their sources.
  func answer(_ search: KnowledgeSearch, base: String, number: Int, chat: OpenedChatModel) throws -> AgentTool {
    let answerer = KnowledgeAnswerer(search, model: chat.model, length: chat.tokenCount)
    return try AgentTool(
      ToolMaker.name("ask_documents", number), "Answers a question from the documents of \"\(base)\", with its sources."
    ) { (input: DocumentQuestion, _) throws(ChainError) in
      do throws(RetrievalError) {
        var events = answerer.stream(input.question).makeAsyncIterator()
        while let event = try await events.next() {
          if case .finished(let answer) = event { return answer.textWithSources }
        }
      } catch {
        throw ChainError(error)
      }
      throw ChainError(.cancelled, context: "answer")
    }
  }

  static func name(_ base: String, _ number: Int) -> String { number == 1 ? base : "\(base)_\(number)" }
}

/// What is asked of a base.
private struct DocumentQuestion: Decodable, Sendable, SchemaDescribed {
  var question: String
  static let memberDescriptions = ["question": "A question that can be understood by itself."]
}

extension GroundedAnswer {
  /// The answer, then a line for each source and each sentence without one.
  fileprivate var textWithSources: String {
    let unsupported = supported.filter { !$0.supported }.map { "Not in the documents: \($0.sentence)" }
    let sources = citations.enumerated().map { place, citation in
      let page = citation.page.map { ", page \($0)" } ?? ""
      return "[\(place + 1)] \(citation.document)\(page), bytes \(citation.start)-\(citation.end): \(citation.quote)"
    }
    return ([answer] + unsupported + sources).joined(separator: "\n")
  }
}
