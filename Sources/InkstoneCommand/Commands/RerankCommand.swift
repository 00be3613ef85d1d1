package import ArgumentParser
import InkChat
import InkInference
import InkTensor

/// `inkstone rerank`: documents in the order in which they answer a query.
package struct RerankCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "rerank", abstract: "Order documents by how well they answer a query.",
    discussion: """
      The model is a cross-encoder: an encoder with a head of one class.

        inkstone rerank --model bge-reranker-base --query "What is an ink stone?" \\
          --document "A stone on which ink is ground." --document "A kind of paper."
        inkstone rerank --model bge-reranker-base --query "砚台" --file lines.txt --top 5
      """)

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp("A .gguf file, a folder or org/name[:quant][@revision].", valueName: "model"))
  package var model: String

  @Option(help: "The query.")
  package var query: String

  @Option(name: .long, parsing: .singleValue, help: "A document; may be given several times.")
  package var document: [String] = []

  @Option(
    name: [.customShort("f"), .long],
    help: ArgumentHelp("A file with a document on each line; - reads standard input.", valueName: "path"))
  package var file: String?

  @Option(help: "Show the best documents only.")
  package var top: Int?

  @OptionGroup package var adapters: EncoderAdapterOptions

  @OptionGroup package var limit: TextLimitOptions

  @OptionGroup package var machine: MachineOptions

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if document.isEmpty, file == nil {
      throw ValidationError("--document or --file: expected at least one document, found none.")
    }
    if let top, top < 1 { throw ValidationError("--top: expected at least 1, found \(top).") }
  }

  package mutating func run() async throws {
    var documents = document
    if let file { documents += try InputFile.lines(file) }
    let resolved = try await ModelOpener(network: machine.network, output: output).resolve(model)
    let cpu = machine.makeCPU()
    let encoder = try adapters.crossEncoder(of: resolved, on: cpu)
    let reranker = LocalReranker(encoder, limit: limit.limit)
    let scores = try await reranker.scores(of: documents, for: query)
    // Of documents with the same score the first stays first.
    let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
    let shown = order.prefix(top ?? order.count)
    guard output.json else {
      for index in shown { try output.result("\(scores[index])\t\(index + 1)\t\(documents[index])") }
      return
    }
    let list = shown.map { index -> Report in
      ["index": .whole(index), "score": .single(scores[index]), "document": .string(documents[index])]
    }
    let report: Report = ["model": .string(reranker.model.name), "query": .string(query), "results": .array(list)]
    try output.result(report.text)
  }
}
