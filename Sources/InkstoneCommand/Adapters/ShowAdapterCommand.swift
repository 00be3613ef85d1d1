package import ArgumentParser
import InkAdapters
import InkChat

/// `inkstone adapter show`: what an adapter is.
package struct ShowAdapterCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show what an adapter is: its method, its base, its size.",
    discussion: """
      The numbers are not read.

        inkstone adapter show runs/lora/final
      """)

  @Argument(help: "The folder of the adapter, in PEFT's layout.")
  package var adapter: String

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let description = AdapterDescription(try StoredAdapter.open(adapter))
    if output.json { return try output.result(description.json.text) }
    for line in description.lines { try output.result(line) }
  }
}
