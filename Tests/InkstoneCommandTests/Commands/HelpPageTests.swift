import ArgumentParser
import Foundation
import InkstoneCommand
import Testing

@Suite("Help pages")
struct HelpPageTests {
  private static let commands: [(String, any ParsableCommand.Type)] = [
    ("inkstone", Program.self), ("pull", PullCommand.self), ("models", ModelsCommand.self),
    ("models-list", ModelsListCommand.self), ("models-remove", ModelsRemoveCommand.self),
    ("inspect", InspectCommand.self), ("tokenize", TokenizeCommand.self), ("generate", GenerateCommand.self),
    ("chat", ChatCommand.self), ("bench", BenchCommand.self), ("embed", EmbedCommand.self),
    ("rerank", RerankCommand.self), ("perplexity", PerplexityCommand.self), ("logits", LogitsCommand.self),
    ("doctor", DoctorCommand.self), ("weights", WeightsCommand.self), ("weights-make-delta", MakeDeltaCommand.self),
    ("weights-apply-delta", ApplyDeltaCommand.self), ("weights-checksum", ChecksumCommand.self),
    ("adapter", AdapterCommand.self), ("adapter-show", ShowAdapterCommand.self),
    ("adapter-merge", MergeAdapterCommand.self), ("adapter-combine", CombineAdaptersCommand.self),
    ("convert", ConvertCommand.self), ("train", TrainCommand.self), ("runs", RunsCommand.self),
    ("serve", ServeCommand.self), ("knowledge", KnowledgeCommand.self),
    ("knowledge-create", KnowledgeCreateCommand.self), ("knowledge-add", KnowledgeAddCommand.self),
    ("knowledge-sync", KnowledgeSyncCommand.self), ("knowledge-list", KnowledgeListCommand.self),
    ("knowledge-remove", KnowledgeRemoveCommand.self), ("knowledge-search", KnowledgeSearchCommand.self),
    ("knowledge-ask", KnowledgeAskCommand.self), ("knowledge-verify", KnowledgeVerifyCommand.self),
    ("knowledge-evaluate", KnowledgeEvaluateCommand.self), ("knowledge-join", KnowledgeJoinCommand.self),
    ("app", AppCommand.self),
    ("app-summarize", SummarizeCommand.self), ("app-translate", TranslateCommand.self),
    ("app-extract", ExtractCommand.self), ("app-classify", ClassifyCommand.self),
    ("app-sentiment", SentimentCommand.self), ("app-table", TableCommand.self), ("app-mail", MailCommand.self),
    ("app-agent", AgentCommand.self), ("mcp", McpCommand.self), ("mcp-serve", McpServeCommand.self),
  ]

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Snapshots")

  /// With `INKSTONE_UPDATE_SNAPSHOTS=1` the pages are written instead of compared.
  @Test("the page is the one in Snapshots", arguments: commands.indices)
  func page(index: Int) throws {
    let (name, command) = Self.commands[index]
    let page = Program.helpMessage(for: command, columns: 100) + "\n"
    let file = Self.folder.appendingPathComponent("\(name).txt")
    if ProcessInfo.processInfo.environment["INKSTONE_UPDATE_SNAPSHOTS"] == "1" {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(page == (try String(contentsOf: file, encoding: .utf8)))
  }

  @Test("every subcommand has a page in Snapshots")
  func complete() {
    let types =
      Program.configuration.subcommands + ModelsCommand.configuration.subcommands
      + WeightsCommand.configuration.subcommands + AdapterCommand.configuration.subcommands
      + KnowledgeCommand.configuration.subcommands + AppCommand.configuration.subcommands
      + McpCommand.configuration.subcommands
    for type in types { #expect(Self.commands.contains { $0.1 == type }, "\(type) has none") }
  }
}
