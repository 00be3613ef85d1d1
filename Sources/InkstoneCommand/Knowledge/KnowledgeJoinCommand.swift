package import ArgumentParser
import InkChat
import InkRetrieval

/// `inkstone knowledge join`: a base on a server that was made from another machine.
package struct KnowledgeJoinCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "join", abstract: "Take up a knowledge base that is on a server already.",
    discussion: """
      The base is found by its name from then on, as if it had been made here. The password comes from PGPASSWORD or \
      the passfile (~/.pgpass) and is never written down.

        inkstone knowledge join library --store postgresql://reader@db.example/library
      """)

  @Argument(help: "The name of the base on the server, and here.")
  package var name: String

  @Option(help: ArgumentHelp("The server: postgresql://user@host:port/database.", valueName: "address"))
  package var store: String

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let name = try KnowledgeName(name)
    let catalog = try options.catalog()
    let joined = try await catalog.join(name, at: store)
    let settings = joined.settings
    try await joined.close()
    guard options.output.json else {
      return try options.output.result("\(name): joined, with vectors of \(settings.embedder)")
    }
    let report: Report = [
      "knowledge": .string(name.description), "embedder": .string(settings.embedder),
      "dimension": .whole(settings.dimension), "store": try catalog.place(of: name).report,
    ]
    try options.output.result(report.text)
  }
}

extension KnowledgePlace {
  /// The place as reports tell it: `file`, or a server's address.
  var report: Report {
    switch self {
    case .file: .string("file")
    case .server(let address): .string(address)
    }
  }
}
