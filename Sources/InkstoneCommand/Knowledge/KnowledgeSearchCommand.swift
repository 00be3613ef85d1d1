#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

package import ArgumentParser
import InkChat
import InkRetrieval

/// `inkstone knowledge search`: the pieces that fit a question.
package struct KnowledgeSearchCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find the pieces of documents that fit a question.",
    discussion: """
        inkstone knowledge search handbook "reset a password" --top 3
        inkstone knowledge search handbook "重置密码" --mode keyword --json
        inkstone knowledge search handbook "reset" --filter name=guide/* --explain
        inkstone knowledge search handbook '"reset a password" root' --mode keyword

      What stands in quotation marks must stand in a piece word for word.
      """)

  @Argument(help: "The knowledge base.")
  package var name: String

  @Argument(help: "What to look for.")
  package var query: String

  @OptionGroup package var search: SearchOptions

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("The model that --rerank llm and --expansion ask.", valueName: "model"))
  package var model: String?

  @Option(help: "Search for more than the question: none, multi-query, hyde or decomposition.")
  package var expansion = ExpansionArgument(.none)

  @Flag(help: "Show what each stage of the search gave.")
  package var explain = false

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let store = try await options.catalog().open(try KnowledgeName(name))
    let (query, search, model, expansion) = (query, search, model, expansion.expansion)
    let (wordings, results, trace) = try await PlacedModels.with(options) { models in
      let searching = try await models.search(
        store, plan: search.plan, rerank: search.rerank, weight: search.rerankWeight ?? 1, rerankingModel: model,
        embedding: .whenSearched)
      var wordings = [SearchQuestion(query)]
      if expansion != .none, query.contains(where: { !$0.isWhitespace }) {
        let chat = try await models.chat(model ?? PlacedModels.defaultChatModel)
        wordings = try await expansion.transformation(chat.model).wordings(of: query)
      }
      let (results, trace) = try await searching.search(wordings)
      return (wordings, results, trace)
    }
    for wording in wordings.dropFirst() { options.output.remark("searching too: \(wording.text)") }
    for note in trace.notes { try OutputStream.notices.write("warning: \(note)\n") }
    guard options.output.json else {
      if explain { try show(trace) }
      for (place, result) in results.enumerated() { try show(result, place: place + 1) }
      if results.isEmpty { options.output.remark("nothing was found") }
      return
    }
    var members = [
      JSONMember("knowledge", .string(name)), JSONMember("query", .string(query)),
      JSONMember("mode", .string(search.mode.rawValue)),
      JSONMember("wordings", .array(wordings.map { .string($0.text) })),
      JSONMember("results", .array(results.map(KnowledgeReport.result))),
      JSONMember("notes", .array(trace.notes.map { .string($0.description) })),
    ]
    if explain { members.append(JSONMember("stages", .array(trace.entries.map(KnowledgeReport.stage)))) }
    try options.output.result(Report.object(members).text)
  }

  private func show(_ trace: SearchTrace) throws {
    for entry in trace.entries {
      try options.output.result("\(entry.stage.rawValue):")
      for result in entry.results.prefix(10) {
        try options.output.result(
          "  \(Amount.decimal(result.score, digits: 4))  \(VisibleText.line(result.piece.document)) "
            + "\(result.piece.piece.range)")
      }
    }
    try options.output.result("")
  }

  private func show(_ result: ScoredPiece, place: Int) throws {
    let piece = result.piece.piece
    let page = piece.page.map { ", page \($0)" } ?? ""
    let heading = piece.headings.isEmpty ? "" : "  " + piece.headings.joined(separator: " › ")
    let source = "\(result.piece.document)\(page), bytes \(piece.range.lowerBound)-\(piece.range.upperBound)"
    try options.output.result(
      "\(place). \(VisibleText.line(source))  (\(Amount.decimal(result.score, digits: 4)))\(VisibleText.line(heading))")
    try options.output.foreign(
      piece.text.split(whereSeparator: \.isNewline).map { "   " + $0 }.joined(separator: "\n") + "\n")
  }
}

extension PlacedModels {
  /// When the embedder is loaded.
  enum Embedding: Sendable {
    /// Only for a search that compares vectors.
    case whenSearched
    case always
  }

  /// A search over a base by a plan.
  ///
  /// - Parameters:
  ///   - rerank: the cross-encoder that orders the candidates once more; `llm` asks a chat model, nil leaves them.
  ///   - weight: how much its scores count beside the search's.
  ///   - rerankingModel: the chat model of `llm`.
  func search(
    _ store: any KnowledgeStore, plan: SearchPlan, rerank: String?, weight: Double = 1, rerankingModel: String?,
    embedding: Embedding
  ) async throws -> KnowledgeSearch {
    var plan = plan
    if let rerank {
      let reranker: any Reranker =
        rerank == "llm"
        ? LanguageModelReranker(try await chat(rerankingModel ?? PlacedModels.defaultChatModel).model)
        : try await reranker(rerank)
      plan.reranking = .scored(by: reranker, candidates: max(20, plan.count), weight: weight)
    }
    let needsNone = plan.mode == .keyword && plan.threshold == nil
    let embedder: any Embedder
    switch embedding {
    case .whenSearched where needsNone: embedder = AbsentEmbedder(dimension: store.settings.dimension)
    case .whenSearched, .always:
      embedder = try await self.embedder(store.settings.embedder)
      try await store.check(embedder)
    }
    return KnowledgeSearch(store, embedder: embedder, plan: plan) { Date().timeIntervalSince1970 }
  }
}
