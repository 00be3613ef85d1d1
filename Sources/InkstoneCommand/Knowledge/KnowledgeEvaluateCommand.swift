package import ArgumentParser
import InkChat
import InkEvaluation
import InkRetrieval

/// `inkstone knowledge evaluate`: how well searches find what they should.
package struct KnowledgeEvaluateCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Measure how well searches find the right documents.",
    discussion: """
      The questions are lines of JSON: "question" and "document", the name of the right one, or "documents" for \
      several; with "heading" only pieces below that heading count. Recall, mean reciprocal rank and nDCG for a \
      search by words, by vectors, by both, and with --rerank by both and a reranker, whose scores may count in \
      several weights beside those of the search.

        inkstone knowledge evaluate handbook --questions q.jsonl
        inkstone knowledge evaluate handbook --questions q.jsonl --rerank bge-reranker-base --json
        inkstone knowledge evaluate handbook --questions q.jsonl --rerank ./reranker --rerank-weight 0.5
      """)

  @Argument(help: "The knowledge base.")
  package var name: String

  @Option(help: ArgumentHelp("The questions and their documents.", valueName: "path"))
  package var questions: String

  @Option(help: ArgumentHelp("Measure this reranker too; llm asks --model.", valueName: "model"))
  package var rerank: String?

  @Option(
    help: ArgumentHelp(
      "How much the reranker's scores count beside those of the search, from 0 to 1; 1 when left out. May be repeated.",
      valueName: "weight"))
  package var rerankWeight: [Double] = []

  @Option(
    name: [.customShort("m"), .long], help: ArgumentHelp("The model that --rerank llm asks.", valueName: "model"))
  package var model: String?

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package func validate() throws {
    for weight in rerankWeight where !(0...1).contains(weight) {
      throw ValidationError("--rerank-weight: expected 0 to 1, found \(weight).")
    }
    if rerank == nil, !rerankWeight.isEmpty { throw ValidationError("--rerank-weight: expected beside --rerank.") }
  }

  package mutating func run() async throws {
    let store = try await options.catalog().open(try KnowledgeName(name))
    let questions = try EvaluationQuestion.list(questions)
    let (rerank, model, weights) = (rerank, model, rerankWeight.isEmpty ? [1] : rerankWeight)
    let rows = try await PlacedModels.with(options) { models in
      var rows: [Row] = []
      for (name, mode) in [("keyword", SearchMode.keyword), ("vector", .vector), ("hybrid", .hybrid())] {
        let search = try await models.search(
          store, plan: SearchPlan(mode: mode, count: 10), rerank: nil, rerankingModel: nil, embedding: .whenSearched)
        rows.append((name, try await KnowledgeEvaluateCommand.metrics(of: search, questions)))
      }
      guard let rerank else { return rows }
      var search = try await models.search(
        store, plan: SearchPlan(count: 10), rerank: rerank, rerankingModel: model, embedding: .whenSearched)
      guard case .scored(let reranker, let candidates, _) = search.plan.reranking else { return rows }
      let remembering = RememberingReranker(reranker)
      for weight in weights {
        search.plan.reranking = .scored(by: remembering, candidates: candidates, weight: weight)
        let name = weight == 1 ? "hybrid, reranked" : "hybrid, reranked by \(weight)"
        rows.append((name, try await KnowledgeEvaluateCommand.metrics(of: search, questions)))
      }
      return rows
    }
    try show(rows)
  }

  private typealias Row = (name: String, metrics: RetrievalMetrics)

  private static func metrics(
    of search: KnowledgeSearch, _ questions: [EvaluationQuestion]
  ) async throws -> RetrievalMetrics {
    var metrics = RetrievalMetrics()
    for question in questions {
      let results = try await search.search(question.text).results
      metrics.add(ranked: results.map(question.name), relevance: question.relevance)
    }
    return metrics
  }

  private func show(_ rows: [Row]) throws {
    if options.output.json {
      let list = rows.map { name, metrics -> Report in
        [
          "search": .string(name), "questions": .whole(metrics.questions), "recall@1": .number(metrics.recall(at: 1)),
          "recall@5": .number(metrics.recall(at: 5)), "recall@10": .number(metrics.recall(at: 10)),
          "mrr": .number(metrics.meanReciprocalRank), "ndcg@10": .number(metrics.normalizedGain(at: 10)),
        ]
      }
      let report: Report = ["knowledge": .string(name), "searches": .array(list)]
      return try options.output.result(report.text)
    }
    var table = [["SEARCH", "RECALL@1", "RECALL@5", "RECALL@10", "MRR", "NDCG@10"]]
    for (name, metrics) in rows {
      table.append(
        [name]
          + [
            metrics.recall(at: 1), metrics.recall(at: 5), metrics.recall(at: 10), metrics.meanReciprocalRank,
            metrics.normalizedGain(at: 10),
          ].map { Amount.decimal($0, digits: 3) })
    }
    for line in TextTable.lines(table, alignments: [.left, .right, .right, .right, .right, .right]) {
      try options.output.result(line)
    }
    options.output.remark("\(rows.first?.metrics.questions ?? 0) questions")
  }
}

/// A question whose right documents are known.
struct EvaluationQuestion: Sendable {
  let text: String
  let documents: [String]
  /// The heading that the right pieces stand under; nil when the whole document is right.
  let heading: String?

  /// What a result is called when it is compared with what is right.
  func name(_ result: ScoredPiece) -> String {
    let document = result.piece.document
    guard let heading, documents.contains(document) else { return document }
    // Another section of the right document is another answer.
    return result.piece.piece.headings.contains(heading) ? document : "\(document)#\(result.piece.id)"
  }

  var relevance: [String: Int] { Dictionary(documents.map { ($0, 1) }, uniquingKeysWith: max) }

  /// The questions of a file.
  ///
  /// - Throws: ``CommandError`` naming the line that is none.
  static func list(_ path: String) throws(CommandError) -> [EvaluationQuestion] {
    var questions: [EvaluationQuestion] = []
    for (index, line) in try InputFile.lines(path).enumerated() {
      let place = "\(path): line \(index + 1)"
      let value: Report
      do { value = try Report(parsing: line) } catch {
        throw CommandError(.invalidData, context: place, expected: "a JSON object", found: "\(error)")
      }
      guard case .string(let text)? = value["question"] else {
        throw CommandError(.invalidData, context: place, expected: "a text \"question\"")
      }
      var documents: [String] = []
      if case .string(let name)? = value["document"] { documents.append(name) }
      if case .array(let list)? = value["documents"] {
        for case .string(let name) in list { documents.append(name) }
      }
      guard !documents.isEmpty else {
        throw CommandError(.invalidData, context: place, expected: "\"document\" or \"documents\"")
      }
      var heading: String?
      if case .string(let title)? = value["heading"] { heading = title }
      questions.append(EvaluationQuestion(text: text, documents: documents, heading: heading))
    }
    guard !questions.isEmpty else {
      throw CommandError(.invalidData, context: path, expected: "questions", found: "none")
    }
    return questions
  }
}
