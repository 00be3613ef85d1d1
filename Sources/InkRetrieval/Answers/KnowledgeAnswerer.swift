public import InkChat

/// Answers questions from a knowledge base: retrieve, augment, generate, and check what the answer rests on.
public struct KnowledgeAnswerer: Sendable {
  /// What finds the passages.
  public let search: KnowledgeSearch
  /// What writes the answer.
  public let model: any ChatModel
  /// How a question becomes an answer.
  public var plan: AnswerPlan
  private let words: TextWords
  private let length: @Sendable (String) -> Int

  /// An answerer.
  ///
  /// - Parameter length: tokens of a text as the model counts them; nil estimates a token for each Han character and for
  ///   each 4 bytes of other text.
  public init(
    _ search: KnowledgeSearch, model: any ChatModel, plan: AnswerPlan = AnswerPlan(),
    length: (@Sendable (String) -> Int)? = nil
  ) {
    self.search = search
    self.model = model
    self.plan = plan
    self.words = .standard
    self.length = length ?? { TextLength.estimatedTokens.measure($0) }
  }

  /// Answers a question.
  ///
  /// - Parameter history: the conversation before the question, oldest first.
  public func stream(_ question: String, history: [Message] = []) -> AnswerStream {
    AnswerStream { (send) async throws(RetrievalError) in
      try await run(question, history: history, send: send)
    }
  }

  private func run(
    _ question: String, history: [Message], send: (AnswerEvent) -> Void
  ) async throws(RetrievalError) {
    guard !question.allSatisfy(\.isWhitespace) else {
      throw RetrievalError(.invalidSetting, context: "question", expected: "a question", found: "an empty one")
    }
    guard try await plan.intent.needsDocuments(question) else {
      let text = try await generate(history + [.user(question)], options: plan.options, send: send)
      send(.finished(GroundedAnswer(question: question, answer: text, outcome: .withoutDocuments, wording: .model)))
      return
    }
    let searched = try await plan.rewriting.rewritten(question, history: history)
    let wordings = try await plan.transformation.wordings(of: searched)
    send(.searching(wordings))
    let (results, trace) = try await search.search(wordings)
    let reader = PassageReader(
      search.store, widening: search.plan.widening, budget: plan.takesNearest ? .max : plan.passageTokens,
      length: length)
    let passages = try await reader.passages(of: results)
    send(.found(trace, passages))
    let other = searched == question ? nil : searched
    guard try await isAbout(searched, passages) else {
      let text = plan.notFoundText(for: question)
      send(.text(text))
      send(
        .finished(
          GroundedAnswer(
            question: question, searched: other, answer: text, outcome: .notFound, wording: .fixed,
            notes: trace.notes.map(\.description))))
      return
    }
    var answer = try await answer(question, searched: searched, history: history, passages: passages, send: send)
    answer.searched = other
    answer.notes = trace.notes.map(\.description)
    send(.finished(answer))
  }

  /// Whether passages are about a question, by the plan's rule.
  private func isAbout(_ question: String, _ passages: [Passage]) async throws(RetrievalError) -> Bool {
    guard let rule = plan.evidence, search.plan.threshold == nil else { return !passages.isEmpty }
    return try await EvidenceCheck(rule, store: search.store, embedder: search.embedder, words: words)
      .holds(question, passages)
  }

  private func answer(
    _ question: String, searched: String, history: [Message], passages: [Passage], send: (AnswerEvent) -> Void
  ) async throws(RetrievalError) -> GroundedAnswer {
    let messages = AnswerPrompt.messages(question, passages: passages, history: history, form: plan.form)
    let grounding = AnswerGrounding(passages, rule: plan.support, embedder: search.embedder, words: words)
    switch plan.form {
    case .written:
      return try await grounding.answer(
        question, text: try await generate(messages, options: plan.options, send: send))
    case .quotes(let count):
      let grammar = try await QuoteGrammar(
        passages, of: try await QuotablePassage.read(passages, from: search.store), question: searched, count: count,
        candidates: plan.quoteCandidates ?? count + 1, words: words, embedder: search.embedder)
      guard !grammar.quotes.isEmpty else {
        throw RetrievalError(
          .unsupported, context: "quotes", expected: "sentences in the passages", found: "none",
          hint: "Ask without quotes.")
      }
      // With nothing to choose no model is asked.
      if grammar.quotes.count <= count {
        let answer = AnswerGrounding.answer(
          question, quotes: grammar.nearest, wording: .nearestQuotes)
        send(.text(answer.answer))
        return answer
      }
      var options = plan.options
      options.form = .grammar(grammar.text)
      let text = try await generate(messages, options: options, send: send)
      guard let quotes = grammar.quotes(in: text) else { return try await grounding.answer(question, text: text) }
      return AnswerGrounding.answer(question, quotes: quotes, wording: .chosenQuotes)
    }
  }

  private func generate(
    _ messages: [Message], options: GenerationOptions, send: (AnswerEvent) -> Void
  ) async throws(RetrievalError) -> String {
    var text = ""
    do {
      var iterator = model.stream(messages, options: options).makeAsyncIterator()
      while let event = try await iterator.next() {
        switch event {
        case .text(let piece):
          text += piece
          send(.text(piece))
        case .reasoning(let piece): send(.reasoning(piece))
        case .token, .toolCallFragment, .toolCall, .finished: break
        }
      }
    } catch {
      throw RetrievalError(error, context: "answer")
    }
    return text
  }
}
