package import ArgumentParser
import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor

/// `inkstone logits`: the numbers a model gives for token ids, to compare with another program's.
package struct LogitsCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "logits", abstract: "Show the logits that a model gives for token ids.",
    discussion: """
      The tokens are one sequence; each row of logits says what may follow it. No tokenizer is needed. With --json all \
      logits are printed, without it the largest of each row.

        inkstone logits --model model.gguf --tokens "1 2 3" --json
      """)

  @OptionGroup package var model: ModelArgument

  @Option(help: ArgumentHelp("Ids with blanks or commas between them; - reads standard input.", valueName: "ids"))
  package var tokens: String

  @Option(help: ArgumentHelp("How many of the largest logits of a row are shown.", valueName: "count"))
  package var top = 5

  @OptionGroup package var loading: LoadingArguments

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if !(1...1000).contains(top) { throw ValidationError("--top: expected 1 to 1000, found \(top).") }
  }

  package mutating func run() async throws {
    let ids = try TokenList.ids(tokens == "-" ? try InputFile.text("-") : tokens)
    let resolved = try await ModelOpener(network: model.machine.network, output: output).resolve(model.model)
    let cpu = model.machine.makeCPU()
    let decoder =
      switch try OpenedFiles(resolved) {
      case .gguf(let file): try DecoderLM.load(file, options: loading.options, cpu: cpu)
      case .folder(let folder, _): try DecoderLM.load(folder, options: loading.options, cpu: cpu)
      }
    let logits = try decoder.logits(ofSequence: ids, on: cpu)
    let rows = ids.indices.map { logits[$0].toArray() }
    if output.json {
      let report: Report = [
        "tokens": .tokens(ids), "vocabulary": .whole(decoder.spec.vocabulary),
        "logits": .array(rows.map { row in .array(row.map { .single($0) }) }),
      ]
      return try output.result(report.text)
    }
    for (id, row) in zip(ids, rows) {
      let largest = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.prefix(top)
      let list = largest.map { "\($0) \(Amount.decimal(Double(row[$0]), digits: 4))" }.joined(separator: ", ")
      try output.result("\(id): \(list)")
    }
  }
}
