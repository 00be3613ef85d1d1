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
      """)

  @OptionGroup package var model: ModelArgument

  @Flag(help: "List every tensor.")
  package var tensors = false

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let resolved = try await ModelOpener(network: model.machine.network, output: output).resolve(model.model)
    let description = try ModelDescription(resolved)
    if output.json {
      try output.result(description.json(tensors: tensors ? .listed : .counted).text)
    } else {
      for line in description.lines(tensors: tensors ? .listed : .counted) { try output.result(line) }
    }
  }
}
