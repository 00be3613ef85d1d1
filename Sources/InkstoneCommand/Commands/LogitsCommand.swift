package import ArgumentParser
import InkAdapters
import InkChat
import InkFormats
import InkInference
import InkModels
import InkNN
import InkTensor
import InkTraining

/// `inkstone logits`: the numbers a model gives for token ids, to compare with another program's.
package struct LogitsCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "logits", abstract: "Show the logits that a model gives for token ids.",
    discussion: """
      The tokens are one sequence; each row of logits says what may follow it. Of an encoder with a head of classes it is \
      the classes' logits that are shown. A model with an encoder and a decoder reads the tokens, and --target is what its \
      decoder reads. No tokenizer is needed. With --json all logits are printed, without it the largest of each row.

        inkstone logits --model model.gguf --tokens "1 2 3" --json
        inkstone logits --model ./base --adapter runs/lora/final --tokens "1 2 3"
      """)

  @OptionGroup package var model: ModelArgument

  @Option(help: ArgumentHelp("Ids with blanks or commas between them; - reads standard input.", valueName: "ids"))
  package var tokens: String

  @Option(
    help: ArgumentHelp(
      "What the decoder of a model with an encoder reads, from the token that targets begin with.", valueName: "ids"))
  package var target: String?

  @Option(help: ArgumentHelp("How many of the largest logits of a row are shown.", valueName: "count"))
  package var top = 5

  @Option(help: ArgumentHelp("An adapter in PEFT's layout that the model is used with.", valueName: "folder"))
  package var adapter: String?

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
    if try SequenceToSequenceModel.isStored(in: resolved) {
      let written = try targetTokens()
      return try show(try targetLogits(written, source: ids, resolved, on: cpu), of: written)
    }
    guard target == nil else {
      throw ValidationError("--target needs a model with an encoder and a decoder.")
    }
    let logits =
      try resolved.holdsEncoder
      ? try classLogits(ids, resolved, on: cpu) : try decoderLogits(ids, resolved, on: cpu)
    try show(logits, of: ids)
  }

  private func decoderLogits(_ ids: [Int32], _ resolved: ResolvedModel, on cpu: CPU) throws -> Tensor {
    var options = loading.options
    // Adapters are made for the order of rows of checkpoints.
    if adapter != nil { options.conventions = .checkpoint }
    let decoder =
      switch try OpenedFiles(resolved) {
      case .gguf(let file): try DecoderLM.load(file, options: options, cpu: cpu)
      case .folder(let folder, _): try DecoderLM.load(folder, options: options, cpu: cpu)
      }
    guard let folder = adapter else { return try decoder.logits(ofSequence: ids, on: cpu) }
    let stored = try StoredAdapter.open(folder)
    try stored.requireBase(decoder.fingerprint(on: cpu))
    let base = try AdapterBase(try DecoderCheckpoint.open(try resolved.mainPath), model: decoder)
    let name = AdapterName(folder)
    let attached = try decoder.attaching([
      try stored.modelAdapter(named: name, for: base, use: .inference, on: cpu)
    ])
    return try attached.logits(ofSequence: ids, adapter: name, on: cpu)
  }

  private func classLogits(_ ids: [Int32], _ resolved: ResolvedModel, on cpu: CPU) throws -> Tensor {
    let checkpoint = try EncoderCheckpoint.open(try resolved.mainPath)
    let encoder =
      if let adapter {
        try checkpoint.load(with: try StoredAdapter.open(adapter), named: AdapterName(adapter), on: cpu)
      } else {
        try checkpoint.load(use: .inference, on: cpu)
      }
    return try encoder.classLogits(ofSequence: ids, on: cpu)
  }

  private func targetTokens() throws -> [Int32] {
    guard let target else {
      throw ValidationError("Expected --target: the model has a decoder, which reads tokens of its own.")
    }
    return try TokenList.ids(target)
  }

  private func targetLogits(
    _ target: [Int32], source: [Int32], _ resolved: ResolvedModel, on cpu: CPU
  ) throws -> Tensor {
    var network =
      switch try OpenedFiles(resolved) {
      case .gguf(let file): try EncoderDecoderLM.load(file, cpu: cpu)
      case .folder(let folder, _): try EncoderDecoderLM.load(folder, cpu: cpu)
      }
    if let folder = adapter {
      network = try network.attaching([try network.adapter(in: folder, of: resolved, on: cpu)])
    }
    return try network.logits(ofTarget: target, source: source, on: cpu)
  }

  /// Prints rows of logits.
  ///
  /// - Parameter ids: what they belong to, a token a row, or all tokens of one row.
  private func show(_ logits: Tensor, of ids: [Int32]) throws {
    let rows = (0..<logits.shape[0]).map { logits[$0].toArray() }
    if output.json {
      let report: Report = [
        "tokens": .tokens(ids), "vocabulary": .whole(logits.shape[1]),
        "logits": .array(rows.map { row in .array(row.map { .single($0) }) }),
      ]
      return try output.result(report.text)
    }
    for (index, row) in rows.enumerated() {
      let largest = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }.prefix(top)
      let list = largest.map { "\($0) \(Amount.decimal(Double(row[$0]), digits: 4))" }.joined(separator: ", ")
      let label = rows.count == ids.count ? "\(ids[index])" : "sequence"
      try output.result("\(label): \(list)")
    }
  }
}
