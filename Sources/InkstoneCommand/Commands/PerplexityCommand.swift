package import ArgumentParser
import InkChat
import InkEvaluation
import InkInference
import InkNN

/// `inkstone perplexity`: how well a model predicts a text.
package struct PerplexityCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "perplexity", abstract: "Measure how well a model predicts a text.",
    discussion: """
      The text is cut into chunks of --context tokens; in each, the second half is scored. This is the definition of \
      llama-perplexity, so the numbers can be compared.

        inkstone perplexity --file README.md --context 512
        inkstone perplexity --file README.md --context 4096 --by-position --rope-scaling yarn

      With --by-position every token is scored and the scores are gathered by position: whether a model uses a long \
      context, and what becomes of it beyond the length it was trained for. With --expert-load the tokens that each \
      expert of a mixture was given are counted, layer by layer.
      """)

  @OptionGroup package var model: ModelArgument

  @Option(name: [.customShort("f"), .long], help: ArgumentHelp("The text; - reads standard input.", valueName: "path"))
  package var file: String

  @Option(name: [.customShort("c"), .long], help: "Tokens of a chunk.")
  package var context = 512

  @Option(help: "Use the first chunks only.")
  package var chunks: Int?

  @Flag(help: "Show the perplexity by the position in a chunk.")
  package var byPosition = false

  @Flag(help: "Count the tokens that each expert of a mixture is given.")
  package var expertLoad = false

  @OptionGroup package var loading: LoadingArguments

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if expertLoad, byPosition { throw ValidationError("--expert-load and --by-position exclude each other.") }
    if context < 4 { throw ValidationError("--context: expected at least 4, found \(context).") }
    if let chunks, chunks < 1 { throw ValidationError("--chunks: expected at least 1, found \(chunks).") }
  }

  package mutating func run() async throws {
    let text = try InputFile.text(file)
    var (model, _) = try await ModelOpener(network: self.model.machine.network, output: output)
      .load(self.model.model, options: loading.options, on: self.model.machine.makeCPU())
    let load = ExpertLoad()
    if expertLoad { model = model.observingExperts(load.observer) }
    if byPosition { return try await showPositions(of: text, LocalChatModel(model)) }
    let evaluation = Perplexity(contextLength: context, extent: chunks.map { .firstChunks($0) } ?? .wholeText)
    let clock = ContinuousClock()
    let start = clock.now
    let output = output
    let result = try await evaluation.evaluate(text, with: LocalChatModel(model)) { done in
      output.remark(
        "chunk \(done.chunks): perplexity \(Amount.decimal(done.perplexity, digits: 4)), "
          + "\(Amount.clock(start.duration(to: clock.now).inSeconds))")
    }
    let elapsed = start.duration(to: clock.now).inSeconds
    if output.json {
      var members = [
        JSONMember("perplexity", .number(result.perplexity)), JSONMember("tokens", .whole(result.tokens)),
        JSONMember("error", .number(result.error)), JSONMember("chunks", .whole(result.chunks)),
        JSONMember("seconds", .number(elapsed)),
      ]
      if expertLoad { members.append(JSONMember("expert_load", ExpertLoadReport(load.layers).json)) }
      return try output.result(Report.object(members).text)
    }
    try output.result(
      "perplexity \(Amount.decimal(result.perplexity, digits: 4)) +/- \(Amount.decimal(result.error, digits: 4)) "
        + "(\(result.tokens) tokens scored in \(result.chunks) chunks of \(context))")
    if expertLoad { for line in ExpertLoadReport(load.layers).lines { try output.result(line) } }
  }

  private func showPositions(of text: String, _ model: LocalChatModel) async throws {
    let evaluation = PositionalPerplexity(
      contextLength: context, extent: chunks.map { .firstChunks($0) } ?? .wholeText)
    let output = output
    let stretches = try await evaluation.evaluate(text, with: model) { output.remark("chunk \($0)") }
    if output.json {
      let list = stretches.map { stretch -> Report in
        [
          "first": .whole(stretch.positions.lowerBound), "end": .whole(stretch.positions.upperBound),
          "perplexity": .number(stretch.perplexity), "tokens": .whole(stretch.tokens),
        ]
      }
      return try output.result(Report.array(list).text)
    }
    let rows = stretches.map { stretch in
      [
        "\(stretch.positions.lowerBound)", "\(stretch.positions.upperBound - 1)",
        Amount.decimal(stretch.perplexity, digits: 3), "\(stretch.tokens)",
      ]
    }
    let table = TextTable.lines(
      [["from", "to", "perplexity", "tokens"]] + rows, alignments: [.right, .right, .right, .right])
    for line in table { try output.result(line) }
  }
}
