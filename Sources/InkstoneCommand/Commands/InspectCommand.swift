package import ArgumentParser
import InkChat

/// `inkstone inspect`: what a model is, without loading its weights.
package struct InspectCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a model is: sizes, tensors, metadata.",
    discussion: """
      The weights are not loaded.

        inkstone inspect smollm2-135m
        inkstone inspect model.gguf --tensors
        inkstone inspect smollm2-135m --memory --context 8192
      """)

  @OptionGroup package var model: ModelArgument

  @Flag(help: "List every tensor.")
  package var tensors = false

  @Flag(help: "Predict the memory that a run takes.")
  package var memory = false

  @Option(
    name: [.customShort("c"), .long], help: "Tokens of a sequence, for --memory; the model's context if left out.")
  package var context: Int?

  @Option(help: "Sequences at a time, for --memory.")
  package var batch = 1

  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if let context, !(1...1 << 28).contains(context) {
      throw ValidationError("--context: expected 1 to \(1 << 28), found \(context).")
    }
    if !(1...65_536).contains(batch) { throw ValidationError("--batch: expected 1 to 65536, found \(batch).") }
    if !memory, context != nil || batch != 1 {
      throw ValidationError("--context and --batch belong to --memory.")
    }
  }

  package mutating func run() async throws {
    let resolved = try await ModelOpener(network: model.machine.network, output: output).resolve(model.model)
    // What the program itself takes, before it opens the model.
    let program = Int(clamping: ProcessMemory.peakResidentBytes)
    var description = try ModelDescription(resolved)
    if memory { description.run = ModelDescription.Run(context: context, batch: batch, program: program) }
    if output.json {
      try output.result(description.json(tensors: tensors ? .listed : .counted).text)
    } else {
      for line in description.lines(tensors: tensors ? .listed : .counted) { try output.result(line) }
    }
  }
}
