import ArgumentParser
import InkChains
import InkChat
import InkTesting
import InkstoneCommand
import Testing

@Suite("Costs")
struct CostTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(
    "a price is two numbers, or three with that of cached tokens in the middle",
    arguments: [
      ("0.15/0.6", TokenPrice(prompt: 0.15, completion: 0.6)),
      ("1/0.1/4", TokenPrice(prompt: 1, cachedPrompt: 0.1, completion: 4)), ("0/0", .free),
    ])
  func price(text: String, expected: TokenPrice) {
    #expect(PriceArgument(argument: text)?.price == expected)
  }

  @Test("what is no price is refused", arguments: ["", "1", "1/2/3/4", "-1/2", "a/b", "1//2", "nan/1", "inf/1"])
  func noPrice(text: String) {
    #expect(PriceArgument(argument: text) == nil)
  }

  @Test(
    "a limit needs a price and an amount, and a replay has its own",
    arguments: [
      ["x", "--max-cost", "1"], ["x", "--max-cost", "0", "--price", "1/1"],
      ["x", "--max-cost", "-1", "--price", "1/1"], ["--replay", "run.jsonl", "--price", "1/1"],
    ])
  func misuse(arguments: [String]) throws {
    #expect(throws: (any Error).self) { _ = try AgentCommand.parse(arguments) }
    let command = try AgentCommand.parse(["x", "--max-cost", "0.5", "--price", "1/2"])
    #expect(command.options.cost.limit == CostLimit(most: 0.5, price: TokenPrice(prompt: 1, completion: 2)))
  }

  @Test("a conversation and a question to a base take the same options")
  func elsewhere() throws {
    let limit = CostLimit(most: 0.5, price: TokenPrice(prompt: 1, completion: 2))
    let options = ["--max-cost", "0.5", "--price", "1/2"]
    #expect(try ChatCommand.parse(options).cost.limit == limit)
    #expect(try KnowledgeAskCommand.parse(["base", "question"] + options).cost.limit == limit)
    #expect(throws: (any Error).self) { _ = try ChatCommand.parse(["--max-cost", "1"]) }
  }

  @Test("an agent costs no more than was allowed, and its replay ends at the same place")
  func agent() async throws {
    let model = ScriptedChatModel { messages, _ in
      let call = ToolCall(identifier: "c\(messages.count)", name: "calculate", arguments: ["expression": "1"])
      return [.event(.toolCall(call)), .finish(.toolCalls, prompt: 100, completion: 5)]
    }
    let task = AgentTask(
      task: "Compute.", kind: .function, steps: 10,
      cost: CostLimit(most: 3.5, price: TokenPrice(prompt: 10_000, completion: 0)), turnTokens: 100)
    let recorder = TraceRecorder()
    let counter = UsageCounter(price: task.cost.price)
    let tools = try Toolbox([.calculator()])
    let error = await #expect(throws: ChainError.self) {
      _ = try await task.run(
        model: recorder.recording(model), tools: try recorder.recording(tools), time: nil,
        settings: RunSettings(observers: [counter]))
    }
    #expect(error?.code == .budget && error?.context == "money")
    #expect(counter.usage.requests == 3 && counter.usage.money == 3)

    let recording = AgentRecording(task: task, tools: tools.definitions, trace: recorder.trace)
    let read = try AgentRecording(lines: recording.lines, file: "run.jsonl")
    #expect(read == recording)
    let replay = TraceReplay(read.trace)
    let again = await #expect(throws: ChainError.self) {
      _ = try await read.task.run(
        model: replay.model, tools: try replay.tools(read.tools), time: nil, settings: RunSettings())
    }
    #expect(again == error)
    #expect(replay.remaining == 0)
  }

  @Test("several requests of one application share its limit")
  func application() async throws {
    let mail = try folder.write("From: Li <li@example.org>\r\nSubject: Lunch\r\n\r\nLunch?\r\n", to: "mail.eml")
    let model = ScriptedChatModel { _, _ in [.text("Yes."), .finish(prompt: 100, completion: 5)] }
    let command = try MailCommand.parse([mail, "--quiet", "--price", "10000/0", "--max-cost", "1.5"])
    let error = await #expect(throws: ChainError.self) {
      _ = try await command.result(
        with: OpenedChatModel(model), settings: RunSettings(shared: command.options.cost.limit.meter))
    }
    #expect(error?.code == .budget && error?.context == "money")
  }
}
