package import ArgumentParser
package import InkChains

/// `inkstone app sentiment`: how documents feel about what they speak of.
package struct SentimentCommand: ApplicationCommand {
  package static let configuration = CommandConfiguration(
    commandName: "sentiment", abstract: "Say whether a document is positive, negative or neutral.",
    discussion: """
        inkstone app sentiment reviews/*.txt
        echo "这家店的服务很好。" | inkstone app sentiment - --json
      """)

  @Argument(help: ArgumentHelp("Documents; - reads standard input.", valueName: "file"))
  package var files: [String]

  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func result(with chat: OpenedChatModel, settings: RunSettings) async throws -> ApplicationResult {
    let sentiment = Sentiment.step(with: chat.model, guidance: options.guidance(of: chat))
    var found: [(file: String, label: String)] = []
    for file in files {
      let text = try DocumentText(file, output: options.output).text
      found.append((file, try await sentiment(text, settings: settings).rawValue))
    }
    return .labelled(found, as: "sentiment")
  }
}
