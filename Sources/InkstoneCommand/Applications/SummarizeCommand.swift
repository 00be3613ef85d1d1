package import ArgumentParser
package import InkChains
import InkChat
import InkRetrieval

/// `inkstone app summarize`: documents in a few sentences.
package struct SummarizeCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "summarize", abstract: "Sum up documents of any format.",
    discussion: """
      What the model can read at once is summed up at once. A longer text is summed up part by part, then the \
      summaries of the parts, until one is left.

        inkstone app summarize report.pdf
        inkstone app summarize chapter1.md chapter2.md --strategy refine
        git log -20 | inkstone app summarize - --json
      """)

  /// How parts come together.
  package enum StrategyArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case automatic, together
    case mapReduce = "map-reduce"
    case refine

    var strategy: Summarize.Strategy {
      switch self {
      case .automatic: .automatic(concurrency: 4)
      case .together: .together
      case .mapReduce: .mapReduce(concurrency: 4)
      case .refine: .refine
      }
    }
  }

  @Argument(help: ArgumentHelp("Documents, summed up as one text; - reads standard input.", valueName: "file"))
  package var files: [String]

  @Option(help: "How parts of a long text come together: automatic, together, map-reduce or refine.")
  package var strategy = StrategyArgument.automatic

  @Option(help: "The most tokens of text that the model is given at once; as many as it can read when left out.")
  package var tokens: Int?

  @OptionGroup package var length: AnswerLengthOptions
  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func validate() throws {
    if let tokens, tokens < 32 { throw ValidationError("--tokens: expected at least 32, found \(tokens).") }
  }

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    // A refinement reads the summary beside the next part.
    let answers = strategy == .refine ? 2 * length.maxTokens : length.maxTokens
    let limit = try tokens ?? chat.room(besides: answers)
    var parts: [String] = []
    for file in files {
      parts += try await DocumentText(file, output: options.output).pieces(tokens: limit, of: chat).map(\.text)
    }
    let summarize = Summarize(
      chat.model, strategy: strategy.strategy, tokens: limit, measure: chat.measure,
      options: options.generation(of: chat, maximumTokens: length.maxTokens))
    let summary = try await summarize(parts, settings: settings)
    return ApplicationResult(
      summary,
      [
        JSONMember("summary", .string(summary)), JSONMember("files", .array(files.map { .string($0) })),
        JSONMember("parts", .whole(parts.count)),
      ])
  }
}
