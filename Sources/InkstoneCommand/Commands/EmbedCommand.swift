package import ArgumentParser
import InkChat
import InkInference
import InkTensor

/// `inkstone embed`: texts to vectors.
package struct EmbedCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Turn texts into vectors whose nearness means likeness.",
    discussion: """
      The model is a folder of Sentence Transformers, a bare encoder or a .gguf file of one.

        inkstone embed --model e5-small --text "ink stone" --text "砚台"
        inkstone embed --model minilm --file lines.txt --purpose query --json
      """)

  /// What the vectors will be used for.
  package enum PurposeArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
    case query, document, comparison

    var purpose: EmbeddingPurpose {
      switch self {
      case .query: .query
      case .document: .document
      case .comparison: .comparison
      }
    }
  }

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("A built-in name, a .gguf file, a folder or org/name[:quant][@revision].", valueName: "model"))
  package var model: String

  @Option(name: .long, parsing: .singleValue, help: "A text; may be given several times.")
  package var text: [String] = []

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("A file with a text on each line; - reads standard input.", valueName: "path"))
  package var file: String?

  @Option(help: "What the vectors are for, where a model tells it apart: query, document or comparison.")
  package var purpose = PurposeArgument.comparison

  @OptionGroup package var adapters: EncoderAdapterOptions

  @OptionGroup package var limit: TextLimitOptions

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if text.isEmpty, file == nil { throw ValidationError("--text or --file: expected at least one text, found none.") }
  }

  package mutating func run() async throws {
    var texts = text
    if let file { texts += try InputFile.lines(file) }
    let resolved = try await ModelOpener(network: machine.network, output: output).resolve(model)
    let cpu = machine.makeCPU()
    let encoder = try adapters.sentenceEncoder(of: resolved, on: cpu)
    let embedder = LocalEmbedder(encoder, limit: limit.limit)
    let vectors = try await embedder.embed(texts, as: purpose.purpose)
    guard output.json else {
      // A line for each text, in order.
      for vector in vectors { try output.result(vector.map { "\($0)" }.joined(separator: " ")) }
      return
    }
    let list = zip(texts, vectors).map { text, vector -> Report in
      ["text": .string(text), "vector": .array(vector.map { .single($0) })]
    }
    let report: Report = [
      "model": .string(embedder.model.name), "dimension": .whole(embedder.dimension), "embeddings": .array(list),
    ]
    try output.result(report.text)
  }
}
