package import ArgumentParser
import InkChat
import InkRetrieval

/// `inkstone knowledge remove`: documents out of a base, or a whole base.
package struct KnowledgeRemoveCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove documents, or a whole knowledge base.",
    discussion: """
      The documents' text, pieces, vectors and index entries are gone from the disk when the command returns.

        inkstone knowledge remove handbook faq.pdf
        inkstone knowledge remove handbook --everything
        inkstone knowledge remove library --forget
      """)

  @Argument(help: "The knowledge base.")
  package var name: String

  @Argument(help: ArgumentHelp("Names of documents, as list shows them.", valueName: "document"))
  package var documents: [String] = []

  @Flag(help: "Remove the base with everything in it.")
  package var everything = false

  @Flag(help: "Forget a base on a server, which keeps it; join takes it up again.")
  package var forget = false

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package func validate() throws {
    if [!documents.isEmpty, everything, forget].count(where: { $0 }) != 1 {
      throw ValidationError("Name the documents to remove, or say --everything or --forget.")
    }
  }

  package mutating func run() async throws {
    let catalog = try options.catalog()
    let base = try KnowledgeName(name)
    if everything {
      try await catalog.delete(base)
      return try say(["knowledge": .string(name), "removed": .boolean(true)], "\(name): removed")
    }
    if forget {
      try catalog.forget(base)
      return try say(["knowledge": .string(name), "forgotten": .boolean(true)], "\(name): forgotten")
    }
    let removed = try await catalog.open(base).remove(documents: documents)
    try say(
      ["knowledge": .string(name), "removed": .array(removed.map { .string($0) })],
      removed.map { VisibleText.line($0) + ": removed" }.joined(separator: "\n"))
    let missing = documents.filter { !removed.contains($0) }
    guard missing.isEmpty else {
      throw CommandError(
        .notFound, context: "\(name): \(missing.joined(separator: ", "))", expected: "a document of the base",
        hint: "inkstone knowledge list \(name) shows them.")
    }
  }

  private func say(_ report: Report, _ text: String) throws {
    if options.output.json {
      try options.output.result(report.text)
    } else if !text.isEmpty {
      try options.output.result(text)
    }
  }
}
