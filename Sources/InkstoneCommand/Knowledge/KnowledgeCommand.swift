package import ArgumentParser

/// `inkstone knowledge`: documents that can be searched and asked.
package struct KnowledgeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "knowledge", abstract: "Ask your own documents, with sources that can be checked.",
    discussion: """
      A knowledge base holds documents cut into pieces, with a vector for each, in one folder below ~/.local/share/inkstone \
      or in a PostgreSQL database (create --store).

        inkstone knowledge create handbook
        inkstone knowledge add handbook guide/ faq.pdf
        inkstone knowledge ask handbook "How is a package configured again?"
        inkstone knowledge ask handbook "怎样重新配置软件包？" --json > answer.json
        inkstone knowledge verify answer.json
      """,
    subcommands: [
      KnowledgeCreateCommand.self, KnowledgeAddCommand.self, KnowledgeSyncCommand.self, KnowledgeListCommand.self,
      KnowledgeRemoveCommand.self, KnowledgeSearchCommand.self, KnowledgeAskCommand.self, KnowledgeVerifyCommand.self,
      KnowledgeEvaluateCommand.self, KnowledgeJoinCommand.self,
    ])

  package init() {}
}
