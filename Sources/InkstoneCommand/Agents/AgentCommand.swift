package import ArgumentParser
import Foundation
import InkChains
import InkChat
import InkTensor

/// `inkstone app agent`: a task that a model works on with tools.
package struct AgentCommand: AsyncParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "agent", abstract: "Let a model work on a task with tools.",
    discussion: """
      The agent has the tools that are named and no others: files only of the folder that is named, tables only to \
      read, pages only of the public internet, programs only in a sandbox without files and network. It stops when \
      one of its budgets is used up. What was said can be written down and repeated without a model. A model of fewer \
      than some billion weights rarely finds the right tool; name one with --model.

        inkstone app agent "What is 17% of 2350?" --tool calculator
        inkstone app agent "Which chapter explains triggers?" --tool retrieval:handbook,files:notes --max-steps 6
        inkstone app agent "Who sold most?" --tool sql:sales.xlsx,code --trace run.jsonl
        inkstone app agent "Sum up." --tool files:notes -m http://host/v1#big --price 1/4 --max-cost 2
        inkstone app agent --replay run.jsonl
        inkstone app agent "What time is it in Oslo?" --mcp "uvx mcp-server-time"
      """)

  @Argument(help: "The task.")
  package var task: String?

  @OptionGroup package var tools: ToolOptions

  @Option(help: "How it works: function, react, structured or plan.")
  package var kind = AgentKind.function

  @Option(help: ArgumentHelp("What the agent is told first.", valueName: "text"))
  package var instructions = ""

  @Option(help: ArgumentHelp("The most turns.", valueName: "count"))
  package var maxSteps = 10

  @Option(name: [.customShort("n"), .long], help: "The most tokens of all prompts and answers together.")
  package var maxTokens: Int?

  @Option(help: ArgumentHelp("The longest it may take.", valueName: "seconds"))
  package var maxSeconds: Double?

  @Option(help: "The most tokens of one turn.")
  package var turnTokens = 512

  @Option(help: ArgumentHelp("Write what the model and the tools say to a file.", valueName: "path"))
  package var trace: String?

  @Option(
    help: ArgumentHelp("Repeat what such a file says, without model and tools; it names the task.", valueName: "path"))
  package var replay: String?

  @OptionGroup package var options: ApplicationOptions

  package init() {}

  package func validate() throws {
    guard (task == nil) != (replay == nil) else { throw ValidationError("Expected either a task or --replay.") }
    if replay != nil, trace != nil { throw ValidationError("--trace would write what --replay reads.") }
    if replay != nil, options.cost.price != nil {
      throw ValidationError("--replay repeats a run with the price and the limit that it had; leave out --price.")
    }
    if maxSteps < 1 { throw ValidationError("--max-steps: expected at least 1, found \(maxSteps).") }
    if let maxTokens, maxTokens < 1 {
      throw ValidationError("--max-tokens: expected at least 1, found \(maxTokens).")
    }
    if let maxSeconds, !(maxSeconds > 0 && maxSeconds <= 1e9) {
      throw ValidationError("--max-seconds: expected more than 0, found \(maxSeconds).")
    }
    if turnTokens < 1 { throw ValidationError("--turn-tokens: expected at least 1, found \(turnTokens).") }
  }

  package mutating func run() async throws {
    let command = self
    let outcome = try await ApplicationRun.watched(options) { settings in
      if let replay = command.replay { return try await command.repeated(replay, settings) }
      return try await PlacedModels.with(command.options.machine, output: command.options.output) { models in
        try await command.worked(models, settings)
      }
    }
    try outcome.print(options, model: replay ?? options.model)
  }

  private func repeated(_ file: String, _ settings: RunSettings) async throws -> ApplicationResult {
    let recording = try AgentRecording(lines: try InputFile.text(file), file: file)
    let replay = TraceReplay(recording.trace)
    let answer = try await recording.task.run(
      model: replay.model, tools: try replay.tools(recording.tools), time: nil, settings: settings)
    return AgentCommand.result(recording.task.task, answer)
  }

  private func worked(_ models: PlacedModels, _ settings: RunSettings) async throws -> ApplicationResult {
    let servers = try await ToolServers(tools.mcp)
    do {
      let maker = ToolMaker(models: models, home: tools.home)
      let toolbox = try Toolbox(try await maker.tools(tools.choices) + servers.tools).tellingFailures()
      let chat = try await models.chat(options.model)
      try SmallModelNotice.tools.tell(chat, named: options.model)
      let asked = AgentTask(
        task: task ?? "", kind: kind, instructions: instructions, steps: maxSteps, tokens: maxTokens,
        cost: options.cost.limit, turnTokens: turnTokens,
        sampling: AnswerSampling(temperature: options.temperature, seed: options.seed, side: chat.side),
        repairs: options.repairCount(for: chat))
      let recorder = TraceRecorder()
      let time = maxSeconds.map { Duration.seconds($0) }
      let answer: Result<String, ChainError>
      do throws(ChainError) {
        answer = .success(
          try await asked.run(
            model: recorder.recording(chat.model), tools: try recorder.recording(toolbox), time: time,
            settings: settings))
      } catch {
        answer = .failure(error)
      }
      if let trace {
        // Also of a run that failed: its trace says why.
        let recording = AgentRecording(task: asked, tools: toolbox.definitions, trace: recorder.trace)
        let file = try AtomicFile(replacing: trace)
        try file.write(Array(recording.lines.utf8))
        try file.commit()
      }
      await servers.stop()
      return AgentCommand.result(asked.task, try answer.get())
    } catch {
      await servers.stop()
      throw error
    }
  }

  private static func result(_ task: String, _ answer: String) -> ApplicationResult {
    ApplicationResult(answer, [JSONMember("task", .string(task)), JSONMember("answer", .string(answer))])
  }
}
