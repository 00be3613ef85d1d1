package import ArgumentParser

/// A tool as the command line names it: a word, and for some a place behind a colon.
package enum ToolArgument: Sendable, Hashable {
  case calculator
  /// Small programs in a sandbox.
  case code
  /// Pages of the public internet.
  case fetch
  /// Lists and reads files of a folder.
  case files(folder: String)
  /// Lists, reads and writes files of a folder.
  case writing(folder: String)
  /// Queries over the tables of a file.
  case sql(file: String)
  /// A search in a knowledge base.
  case retrieval(base: String)

  /// What is written before the colon, or alone, with what stands behind it.
  package static let forms = [
    "calculator", "code", "fetch", "files:FOLDER", "write:FOLDER", "sql:FILE", "retrieval:BASE",
  ]

  init?(word: String) {
    let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let place = parts.count == 2 && !parts[1].isEmpty ? parts[1] : nil
    switch (parts[0], place) {
    case ("calculator", nil) where parts.count == 1: self = .calculator
    case ("code", nil) where parts.count == 1: self = .code
    case ("fetch", nil) where parts.count == 1: self = .fetch
    case ("files", let folder?): self = .files(folder: folder)
    case ("write", let folder?): self = .writing(folder: folder)
    case ("sql", let file?): self = .sql(file: file)
    case ("retrieval", let base?): self = .retrieval(base: base)
    default: return nil
    }
  }
}

/// Tools with commas between them.
package struct ToolList: ExpressibleByArgument, Sendable, Equatable {
  /// The tools in the order in which they were named.
  package let tools: [ToolArgument]

  package init?(argument: String) {
    let words = argument.split(separator: ",").map(String.init)
    tools = words.compactMap { ToolArgument(word: $0) }
    guard !tools.isEmpty, tools.count == words.count else { return nil }
  }
}

/// The tools of an agent or a server.
package struct ToolOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tools, with commas between them: \(ToolArgument.forms.joined(separator: ", ")). May be repeated.",
      valueName: "tools"))
  package var tool: [ToolList] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Start this program and take the tools that it offers by the Model Context Protocol; may be repeated.",
      valueName: "command"))
  package var mcp: [String] = []

  @Option(
    help: ArgumentHelp(
      "The folder of the knowledge bases; $INKSTONE_HOME/knowledge or ~/.local/share/inkstone/knowledge when left out.",
      valueName: "folder"))
  package var home: String?

  package init() {}

  /// The tools in the order in which they were named, each once.
  package var choices: [ToolArgument] {
    var seen: Set<ToolArgument> = []
    return tool.flatMap(\.tools).filter { seen.insert($0).inserted }
  }
}
