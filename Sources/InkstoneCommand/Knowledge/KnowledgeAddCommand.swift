package import ArgumentParser
import InkRetrieval

/// `inkstone knowledge add`: files and folders into a base.
package struct KnowledgeAddCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Add files and folders to a knowledge base.",
    discussion: """
      What the base has already is left alone, and of what changed only the changed pieces are embedded again. A file \
      that cannot be read is reported and does not stop the others.

        inkstone knowledge add handbook guide/ faq.pdf
        inkstone knowledge add handbook report.docx --metadata year=2026 --metadata author=Li
      """)

  @Argument(help: "The knowledge base.")
  package var name: String

  @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
  package var paths: [String]

  @Option(
    help: ArgumentHelp("Said of every document, for filters; may be repeated.", valueName: "key=value"))
  package var metadata: [MetadataArgument] = []

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let store = try await options.catalog().open(try KnowledgeName(name))
    let (paths, output) = (paths, options.output)
    let metadata = Dictionary(metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    let report = try await PlacedModels.with(options) { models in
      let base = try await models.base(store)
      let progress = IngestionProgress(output)
      defer { progress.finish() }
      return try await base.add(paths, metadata: metadata) { progress.show($0) }
    }
    let summary = IngestionSummary(report, knowledge: name)
    try summary.print(to: output)
    try summary.check()
  }
}

/// `key=value`.
package struct MetadataArgument: ExpressibleByArgument, Sendable, Equatable {
  package let key: String
  package let value: String

  package init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals > argument.startIndex else { return nil }
    key = String(argument[..<equals])
    value = String(argument[argument.index(after: equals)...])
  }
}
