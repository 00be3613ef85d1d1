package import ArgumentParser
import InkChat
import InkFormats

/// `inkstone models list`, which `inkstone models` means.
package struct ModelsListCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models with a name and those on this machine.")

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let resolver = try ModelOpener(network: .offline, output: output).resolver()
    let list = await ModelList(resolver)
    if output.json { return try output.result(list.json.text) }
    for line in list.lines(style: TerminalStyle(for: .results)) { try output.result(line) }
  }
}
