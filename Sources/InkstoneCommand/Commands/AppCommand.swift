package import ArgumentParser

/// `inkstone app`: ready applications, each a chain over one model.
package struct AppCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "app",
    abstract: "Summarize, translate, extract, classify, ask tables, answer mail, let an agent work.",
    discussion: """
      Each is a short chain of the package InkChains over a model that is local or behind an address. Documents may \
      be of any format that knowledge bases read.

        inkstone app summarize report.pdf
        inkstone app translate letter.docx --to Chinese
        inkstone app table sales.csv "Which city sold most?"
        inkstone app agent "What is 17% of 2350?" --tool calculator
      """,
    subcommands: [
      SummarizeCommand.self, TranslateCommand.self, ExtractCommand.self, ClassifyCommand.self, SentimentCommand.self,
      TableCommand.self, MailCommand.self, AgentCommand.self,
    ])

  package init() {}
}
