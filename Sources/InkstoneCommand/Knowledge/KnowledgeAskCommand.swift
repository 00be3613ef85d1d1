package import ArgumentParser
import InkChains
import InkChat
import InkFormats
import InkRetrieval

/// `inkstone knowledge ask`: an answer with sources.
package struct KnowledgeAskCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "ask", abstract: "Answer a question from the documents, with sources.",
    discussion: """
      Every sentence of the answer is compared with the documents: what no source supports is marked. When nothing \
      fits, the answer says so and no model is asked.

      A local model of fewer than 500 million weights is left out: such models invent more than they read. The \
      sentences of the documents that are nearest to the question are the answer then, as with --quotes 2 \
      --quote-candidates 2. --quotes 0 lets every model write.

        inkstone knowledge ask handbook "How is a package configured again?"
        inkstone knowledge ask handbook "怎样重新配置软件包？" --quotes 2
        inkstone knowledge ask handbook "What changed?" --model http://127.0.0.1:8080/v1#name --json
        inkstone knowledge ask handbook "What changed?" -m http://host/v1#big --price 1/4 --max-cost 0.1
      """)

  @Argument(help: "The knowledge base.")
  package var name: String

  @Argument(help: "The question.")
  package var question: String

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "What answers: a built-in name, a file, a folder, org/name, or address#model.", valueName: "model"))
  package var model = PlacedModels.defaultChatModel

  @OptionGroup package var search: SearchOptions

  @Option(
    help: ArgumentHelp(
      "Answer with at most so many sentences of the documents, word for word; 0 lets the model write. When left out, 2 for "
        + "a small local model and 0 for others.", valueName: "count"))
  package var quotes: Int?

  @Option(
    help: ArgumentHelp(
      "Choose quotes among so many sentences, the nearest to the question; when left out, one more than --quotes, and no "
        + "more for a small local model.", valueName: "count"))
  package var quoteCandidates: Int?

  @Option(help: "Search for more than the question: none, multi-query, hyde or decomposition.")
  package var expansion = ExpansionArgument(.none)

  @Option(help: ArgumentHelp("Read so many neighbouring pieces on either side of each result.", valueName: "pieces"))
  package var widen = 0

  @Option(help: "The most tokens of all passages together that a model reads.")
  package var passageTokens = 1_500

  @Option(name: [.customShort("n"), .long], help: "The most tokens of the answer.")
  package var maxTokens = 256

  @OptionGroup package var cost: CostOptions

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package func validate() throws {
    if let quotes, !(0...20).contains(quotes) { throw ValidationError("--quotes: expected 0 to 20, found \(quotes).") }
    if let quoteCandidates {
      guard let quotes, quotes > 0 else { throw ValidationError("--quote-candidates: expected beside --quotes.") }
      if !(quotes...50).contains(quoteCandidates) {
        throw ValidationError("--quote-candidates: expected \(quotes) to 50, found \(quoteCandidates).")
      }
    }
    if !(0...50).contains(widen) { throw ValidationError("--widen: expected 0 to 50, found \(widen).") }
    if passageTokens < 1 { throw ValidationError("--passage-tokens: expected at least 1, found \(passageTokens).") }
    if maxTokens < 1 { throw ValidationError("--max-tokens: expected at least 1, found \(maxTokens).") }
  }

  package mutating func run() async throws {
    let store = try await options.catalog().open(try KnowledgeName(name))
    let command = self
    let meter = cost.price.map { _ in cost.limit.meter }
    let answer = try await PlacedModels.with(options) { models in
      try await command.answer(store, meter.map { models.counted(by: $0) } ?? models)
    }
    let paid = meter?.money
    for note in answer.notes { try OutputStream.notices.write("warning: \(note)\n") }
    guard options.output.json else {
      try show(answer)
      if let paid { options.output.remark("\(Amount.decimal(paid, digits: 6)) paid") }
      return
    }
    try options.output.result(KnowledgeReport.answer(answer, knowledge: name, model: model, cost: paid).text)
  }

  private func answer(_ store: any KnowledgeStore, _ models: PlacedModels) async throws -> GroundedAnswer {
    // Support is measured by meaning too, so a search by words needs the embedder here as well.
    var searching = try await models.search(
      store, plan: search.plan, rerank: search.rerank, weight: search.rerankWeight ?? 1, rerankingModel: model,
      embedding: .always)
    searching.plan.widening = widen
    let chat = try await models.chat(model)
    var plan = AnswerPlan(
      transformation: expansion.expansion.transformation(chat.model), passageTokens: passageTokens,
      options: AnswerPlan.plainOptions(maximumTokens: maxTokens))
    plan.setForm(quotes: quotes, candidates: quoteCandidates, parameterCount: chat.parameterCount)
    if search.top == nil, plan.takesNearest { searching.plan.count = AnswerPlan.passagesOfNearest }
    if quotes == nil, plan.form != .written {
      options.output.remark(
        "\(model) is small: sentences of the documents instead of its words; --quotes 0 lets it write")
    }
    let answerer = KnowledgeAnswerer(searching, model: chat.model, plan: plan, length: chat.tokenCount)
    var iterator = answerer.stream(question).makeAsyncIterator()
    while let event = try await iterator.next() {
      switch event {
      case .searching(let wordings):
        for wording in wordings.dropFirst() { options.output.remark("searching too: \(wording.text)") }
      case .found(_, let passages):
        if !options.output.json { options.output.remark(Amount.of(passages.count, "passage")) }
      case .text(let text): if !options.output.json { try OutputStream.results.writeForeign(text) }
      case .reasoning: break
      case .finished(let answer): return answer
      }
    }
    throw CommandError(.invalidData, context: "answer", expected: "a whole answer", found: "its beginning")
  }

  /// The answer was shown as it came; its sources follow.
  private func show(_ answer: GroundedAnswer) throws {
    try options.output.result("")
    for sentence in answer.supported where !sentence.supported {
      try options.output.foreign("\nnot in the documents: \(sentence.sentence)")
    }
    for (place, citation) in answer.citations.enumerated() {
      let page = citation.page.map { ", page \($0)" } ?? ""
      let section = citation.headings.isEmpty ? "" : "  " + citation.headings.joined(separator: " › ")
      let source = VisibleText.line("\(citation.document)\(page), bytes \(citation.start)-\(citation.end)\(section)")
      let quote = citation.quote.split(whereSeparator: \.isNewline).map { "    " + $0 }.joined(separator: "\n")
      try options.output.foreign("\n[\(place + 1)] \(source)\n\(quote)")
    }
  }
}
