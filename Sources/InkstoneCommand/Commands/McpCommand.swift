package import ArgumentParser

/// `inkstone mcp`: the Model Context Protocol.
package struct McpCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "mcp", abstract: "Offer knowledge bases and tools to other programs by the Model Context Protocol.",
    discussion: """
        inkstone mcp serve handbook
        inkstone mcp serve --tool calculator,code
      """,
    subcommands: [McpServeCommand.self])

  package init() {}
}
