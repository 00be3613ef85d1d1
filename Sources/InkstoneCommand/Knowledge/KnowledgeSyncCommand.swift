package import ArgumentParser
import InkRetrieval

/// `inkstone knowledge sync`: a base follows a folder.
package struct KnowledgeSyncCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "sync", abstract: "Make a knowledge base follow a folder.",
    discussion: """
      Adds what is new, replaces what changed, and removes documents whose files are gone from the folder.

        inkstone knowledge sync handbook guide/
        inkstone knowledge sync handbook guide/ --watch
      """)

  @Argument(help: "The knowledge base.")
  package var name: String

  @Argument(help: "The folder.")
  package var folder: String

  @Flag(help: "Go on, and follow changes until Ctrl-C.")
  package var watch = false

  @OptionGroup package var options: KnowledgeOptions

  package init() {}

  package mutating func run() async throws {
    let store = try await options.catalog().open(try KnowledgeName(name))
    let (folder, watch, output, name) = (folder, watch, options.output, name)
    try await PlacedModels.with(options) { models in
      let base = try await models.base(store)
      let progress = IngestionProgress(output)
      let report = try await base.sync(folder) { progress.show($0) }
      progress.finish()
      let summary = IngestionSummary(report, knowledge: name)
      try summary.print(to: output)
      guard watch else { return try summary.check() }
      output.remark("following \(folder); Ctrl-C ends")
      let news = WatchNews(output, known: report.outcomes)
      await base.watch(folder, every: .seconds(2), clock: ContinuousClock()) { news.show($0) }
    }
  }
}
