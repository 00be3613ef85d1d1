public import InkChat

/// Sums up texts that may be longer than what a model can read at once.
public struct Summarize: Step {
  /// How texts come together.
  public enum Strategy: Sendable, Hashable {
    /// All at once; too long a text is an error.
    case together
    /// Each on its own, then their summaries, so many at once.
    case mapReduce(concurrency: Int)
    /// One after another, bettering one summary.
    case refine
    /// All at once where they fit, else each on its own.
    case automatic(concurrency: Int)
  }

  private let model: any ChatModel
  private let strategy: Strategy
  private let tokens: Int
  private let measure: TextMeasure
  private let options: GenerationOptions

  /// A summariser.
  ///
  /// - Parameters:
  ///   - tokens: the most tokens of text that the model is given at once.
  ///   - options: how it answers; `maximumTokens` bounds each summary.
  public init(
    _ model: any ChatModel, strategy: Strategy = .automatic(concurrency: 1), tokens: Int,
    measure: TextMeasure = .estimate, options: GenerationOptions = GenerationOptions()
  ) {
    self.model = model
    self.strategy = strategy
    self.tokens = tokens
    self.measure = measure
    self.options = options
  }

  public func run(_ input: [String], in context: ChainContext) async throws(ChainError) -> String {
    guard !input.isEmpty else {
      throw ChainError(.invalidInput, context: "summary", expected: "at least one text", found: "none")
    }
    let groups = try TextGrouping.groups(input, limit: tokens, measure: measure)
    switch strategy {
    case .together:
      guard groups.count == 1 else {
        throw ChainError(
          .invalidInput, context: "summary of all texts at once", expected: "at most \(tokens) tokens",
          found: "\(input.reduce(0) { $0 + measure.tokens($1) })", hint: "Choose map-reduce or refine.")
      }
      return try await context.run(summary, on: input.joined(separator: "\n\n"))
    case .mapReduce(let concurrency):
      return try await mapReduce(groups, concurrency, in: context)
    case .refine:
      return try await context.run(
        Refine(first: summary, refine: refinement), on: groups.map { $0.joined(separator: "\n\n") })
    case .automatic(let concurrency):
      guard groups.count > 1 else { return try await context.run(summary, on: input.joined(separator: "\n\n")) }
      return try await mapReduce(groups, concurrency, in: context)
    }
  }

  private func mapReduce(
    _ groups: [[String]], _ concurrency: Int, in context: ChainContext
  ) async throws(ChainError) -> String {
    let reduction = Chain<[String], String> {
      Transform("join") { (texts: [String]) in texts.joined(separator: "\n\n") }
      summary
    }
    let step = MapReduce(
      map: summary, reduce: reduction, concurrency: concurrency, groupTokens: tokens, measure: measure)
    return try await context.run(step, on: groups.map { $0.joined(separator: "\n\n") })
  }

  private var summary: Chain<String, String> {
    Chain("summary") {
      Prompt { (text: String) in
        QuotedTextPrompt(
          task: .init(
            "You write summaries. Answer with a summary of two or three sentences in the language of the text that "
              + "keep its facts.", chinese: "你负责写摘要。用两三句话概括原文，保留事实。"),
          answer: .init("Summary", chinese: "摘要")
        ).messages(text)
      }
      Generate(model, options: options)
    }
  }

  private var refinement: Chain<Refine.Round, String> {
    Chain("refined summary") {
      Prompt { (round: Refine.Round) in
        QuotedTextPrompt(
          task: .init(
            "You better summaries by what the next part of the text adds. Answer with the new summary in the language "
              + "of the text and nothing else.", chinese: "你负责用原文的下一部分改进摘要。只写新的摘要。"),
          mark: .init("Summary until now: \(round.result)\n\nNext part", chinese: "已有摘要：\(round.result)\n\n下一部分"),
          answer: .init("New summary", chinese: "新摘要")
        ).messages(round.text)
      }
      Generate(model, options: options)
    }
  }
}
