package import ArgumentParser
import InkChat
import InkFormats

/// `inkstone models remove`: frees the room a fetched model takes.
package struct ModelsRemoveCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove a fetched model from this machine, with all its revisions.")

  @Argument(help: "The name as inkstone models shows it.")
  package var name: String

  @OptionGroup package var output: OutputOptions

  package init() {}

  package mutating func run() async throws {
    let resolver = try ModelOpener(network: .offline, output: output).resolver()
    let cached = resolver.listCached()
    let fitting = cached.filter { ModelList.names(of: $0).contains(name) }
    guard let model = fitting.first else {
      throw CommandError(
        .notFound, context: "model \(name)", expected: "a model that was fetched",
        found: cached.isEmpty ? "none" : cached.map(\.name).joined(separator: ", "),
        hint: "inkstone models lists them.")
    }
    guard fitting.count == 1 else {
      throw CommandError(
        .usage, context: "model \(name)", expected: "one model",
        found: fitting.map { ModelList.names(of: $0).last ?? $0.name }.joined(separator: ", "),
        hint: "Write the hub in front of the name.")
    }
    try resolver.remove(model)
    if output.json {
      let report: Report = [
        "removed": .string(model.name), "path": .string(model.path), "bytes": .whole(model.bytes),
      ]
      try output.result(report.text)
    } else {
      try output.result("removed \(model.name): \(Amount.bytes(model.bytes)) in \(model.path)")
    }
  }
}
