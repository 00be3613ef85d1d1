package import ArgumentParser

/// A word where a subcommand is expected that is none, and the one that was probably meant.
package struct UnknownSubcommand: Error, Sendable, Equatable, CustomStringConvertible {
  /// The word.
  package let word: String
  /// The command it was given to, such as `inkstone knowledge`.
  package let command: String
  /// What was probably meant, as it is typed; nil when nothing is near.
  package let suggestion: String?

  package var description: String {
    let hint = suggestion.map { "Did you mean \($0)?" } ?? "\(command) --help lists the subcommands."
    return "\(word) is no subcommand of \(command). \(hint)"
  }

  /// Looks for such a word; nil when every word where a subcommand is expected is one.
  ///
  /// - Parameter arguments: what stands behind the program's name.
  package init?(_ arguments: [String], of program: any ParsableCommand.Type) {
    var words = arguments[...]
    // help COMMAND… names commands only, and the parser shows the page of the last one it knows.
    if words.first == "help" { words = words.dropFirst() }
    var type = program
    var path = program.configuration.commandName ?? "inkstone"
    for word in words {
      let children = type.configuration.subcommands
      // An option may stand before a subcommand's name, and a command without subcommands takes words of its own.
      guard !children.isEmpty, !word.hasPrefix("-") else { return nil }
      if let child = children.first(where: { UnknownSubcommand.name(of: $0) == word }) {
        type = child
        path += " " + word
        continue
      }
      self.word = word
      command = path
      suggestion = UnknownSubcommand.suggestion(for: word, of: type, path: path, program: program)
      return
    }
    return nil
  }

  private static func suggestion(
    for word: String, of type: any ParsableCommand.Type, path: String, program: any ParsableCommand.Type
  ) -> String? {
    if type == program, let known = otherNames[word] { return "\(path) \(known)" }
    let names = type.configuration.subcommands.map(name(of:))
    if let nearest = names.min(by: { EditDistance.between($0, word) < EditDistance.between($1, word) }),
      EditDistance.between(nearest, word) <= (word.count < 4 ? 1 : 2)
    {
      return "\(path) \(nearest)"
    }
    guard type == program else { return nil }
    for child in program.configuration.subcommands {
      let below = child.configuration.subcommands.map(name(of:))
      if below.contains(word) { return "\(path) \(name(of: child)) \(word)" }
    }
    return nil
  }

  /// What other programs call things.
  private static let otherNames = [
    "run": "chat", "list": "models", "ls": "models", "rm": "models remove", "delete": "models remove",
    "download": "pull", "fetch": "pull", "get": "pull", "show": "inspect", "info": "inspect", "quantize": "convert",
    "finetune": "train", "fine-tune": "train", "complete": "generate", "server": "serve", "ingest": "knowledge add",
    "benchmark": "bench", "check": "doctor", "detokenize": "tokenize",
  ]

  private static func name(of type: any ParsableCommand.Type) -> String {
    type.configuration.commandName ?? String(describing: type).lowercased()
  }
}
