package import ArgumentParser

/// What a user reads after `error:`.
package struct ErrorMessage: Sendable {
  /// The sentence, and for wrong arguments the usage line below it.
  package let text: String

  /// The message of anything a subcommand throws.
  package init(_ error: any Error, parser: any ParsableCommand.Type) {
    // The parser's message of a described error is the description; its own errors bring a usage line too.
    let full = parser.fullMessage(for: error)
    let prefix = "Error: "
    // It may quote a file's name or content.
    text = VisibleText.of(full.hasPrefix(prefix) ? String(full.dropFirst(prefix.count)) : full)
  }
}
