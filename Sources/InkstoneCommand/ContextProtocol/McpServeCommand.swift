package import ArgumentParser
import Foundation
import InkChains
import InkChat
import InkRetrieval

/// `inkstone mcp serve`: tools for another program, over standard input and output.
package struct McpServeCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Answer a program that speaks the Model Context Protocol over standard input.",
    discussion: """
      Each knowledge base becomes two tools, one that searches and one that answers with sources. The program that \
      wants the tools starts this command itself; in its configuration stands a command and its arguments:

        {"mcpServers": {"handbook": {"command": "inkstone", "args": ["mcp", "serve", "handbook"]}}}

        inkstone mcp serve handbook faq
        inkstone mcp serve handbook --search-only --tool calculator,sql:sales.xlsx
      """)

  @Argument(help: ArgumentHelp("Knowledge bases.", valueName: "base"))
  package var bases: [String] = []

  @OptionGroup package var tools: ToolOptions

  @Flag(help: "Offer no tool that answers; no model is loaded then.")
  package var searchOnly = false

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "What answers: a built-in name, a file, a folder, org/name, or address#model.", valueName: "model"))
  package var model = PlacedModels.defaultChatModel

  @Option(help: ArgumentHelp("The longest that a call may take.", valueName: "seconds"))
  package var maxSeconds = 300.0

  @OptionGroup package var machine: MachineOptions
  @OptionGroup package var output: OutputOptions

  package init() {}

  package func validate() throws {
    if bases.isEmpty, tools.tool.isEmpty, tools.mcp.isEmpty {
      throw ValidationError("Expected a knowledge base, --tool or --mcp: there would be nothing to offer.")
    }
    if !(maxSeconds > 0 && maxSeconds <= 1e9) {
      throw ValidationError("--max-seconds: expected more than 0, found \(maxSeconds).")
    }
    if output.json { throw ValidationError("--json: the protocol has its own form.") }
  }

  package mutating func run() async throws {
    let command = self
    try await PlacedModels.with(machine, output: output) { models in
      let servers = try await ToolServers(command.tools.mcp)
      do {
        let toolbox = try Toolbox(try await command.offered(models) + servers.tools)
        command.output.remark("serving \(toolbox.definitions.map(\.name).joined(separator: ", "))")
        let server = ContextServer(
          name: "inkstone", version: ProgramVersion.text, tools: toolbox,
          settings: RunSettings(budget: Budget(time: .seconds(command.maxSeconds))),
          patience: .seconds(command.maxSeconds))
        await server.serve(.standard())
        await servers.stop()
      } catch {
        await servers.stop()
        throw error
      }
    }
  }

  private func offered(_ models: PlacedModels) async throws -> [AgentTool] {
    let maker = ToolMaker(models: models, home: tools.home)
    let chat = searchOnly || bases.isEmpty ? nil : try await models.chat(model)
    // A base that --tool retrieval names too is offered once.
    let choices = tools.choices.filter { choice in
      if case .retrieval(let base) = choice { !bases.contains(base) } else { true }
    }
    var offered: [AgentTool] = []
    var number = choices.count { if case .retrieval = $0 { true } else { false } }
    for base in bases {
      number += 1
      let search = try await maker.knowledge(base)
      offered.append(try maker.search(search, base: base, number: number))
      if let chat { offered.append(try maker.answer(search, base: base, number: number, chat: chat)) }
    }
    return offered + (try await maker.tools(choices))
  }
}
