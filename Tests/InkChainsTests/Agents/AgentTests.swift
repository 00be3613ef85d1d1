import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct AgentTests {
  private func tools() throws -> Toolbox { try Toolbox([.calculator()]) }

  private func call(_ expression: String, _ identifier: String = "1") -> ScriptedStep {
    .event(
      .toolCall(ToolCall(identifier: identifier, name: "calculate", arguments: ["expression": .string(expression)])))
  }

  /// Calls the calculator once, then says its result.
  private var computing: ScriptedChatModel {
    ScriptedChatModel { messages, options in
      if let last = messages.last, last.role == .tool { return [.text("It is \(last.content.text)."), .finish()] }
      return options.tools.isEmpty ? [.text("no tools"), .finish()] : [call("6*7"), .finish(.toolCalls)]
    }
  }

  @Test("a model calls a tool, is told the result, and answers")
  func functionCalling() async throws {
    let log = EventLog()
    let agent = FunctionAgent(AgentSettings(model: computing, tools: try tools()))
    #expect(try await agent([.user("6*7?")], settings: RunSettings(observers: [log])) == "It is 42.")
    #expect(log.lines.contains("0 FunctionAgent answer calculate 42"))
    #expect(log.lines.contains("0.0 calculate end 42"))
  }

  @Test("several calls of one turn are answered in order, and what goes wrong is told to the model")
  func mistakes() async throws {
    let model = ScriptedChatModel { messages, _ in
      guard messages.last?.role != .tool else {
        return [.text(messages.filter { $0.role == .tool }.map(\.content.text).joined(separator: "|")), .finish()]
      }
      return [
        call("1/0"), call("2+2", "2"),
        .event(.toolCall(ToolCall(identifier: "3", name: "fly", arguments: [:]))),
        .event(.toolCall(ToolCall(identifier: "4", name: "calculate", arguments: ["expr": "1"]))), .finish(.toolCalls),
      ]
    }
    let answers = try await FunctionAgent(AgentSettings(model: model, tools: try tools()))([.user("x")])
      .split(separator: "|")
    #expect(answers.count == 4)
    #expect(answers[0].hasPrefix("Error: arithmetic") && answers[1] == "4")
    #expect(answers[2].contains("expected one of calculate, found \"fly\""))
    #expect(answers[3].contains("no member \"expression\""))
  }

  @Test("an agent that never ends is stopped by its budget of steps, tokens or time")
  func budgets() async throws {
    let counter = Counter()
    let endless = ScriptedChatModel { _, _ in
      counter.enter()
      return [call("1"), .finish(.toolCalls, prompt: 100, completion: 5)]
    }
    func run(_ budget: Budget) async throws -> (error: ChainError?, meter: BudgetMeter) {
      let agent = FunctionAgent(AgentSettings(model: endless, tools: try tools(), budget: budget))
      let meter = BudgetMeter(Budget(), price: TokenPrice(prompt: 10_000, completion: 0))
      let error = await #expect(throws: ChainError.self) {
        try await agent([.user("x")], settings: RunSettings(shared: meter))
      }
      return (error, meter)
    }
    #expect(try await run(Budget(steps: 3)).error?.context == "steps")
    #expect(counter.total == 3)
    let (tokens, read) = try await run(Budget(tokens: 350))
    #expect(tokens?.context == "tokens")
    #expect(read.counts == TokenCounts(prompt: 300, completion: 15))
    let (money, paid) = try await run(Budget(money: 2.5))
    #expect(money?.context == "money")
    #expect(paid.money == 2)
  }

  @Test("a tool that hangs ends with the agent's time")
  func hangingTool() async throws {
    let hang = try AgentTool(ToolDefinition(name: "calculate", description: "", parameters: ["type": "object"])) {
      (_, _) throws(ChainError) in
      while !Task.isCancelled { await Task.yield() }
      throw ChainError(.cancelled, context: "hang")
    }
    let agent = FunctionAgent(
      AgentSettings(model: computing, tools: try Toolbox([hang]), budget: Budget(time: .seconds(9))))
    let clock = ManualClock()
    let error = await #expect(throws: ChainError.self) {
      try await agent([.user("x")], settings: RunSettings(clock: ChainClock(clock)))
    }
    #expect(error?.code == .budget)
    #expect(clock.sleeps == [.seconds(9)])
  }

  @Test("thought, action and observation work as text, and a turn without form is sent back")
  func react() async throws {
    let model = ScriptedChatModel { messages, options in
      switch messages.count {
      case 2: return [.text("I just know it."), .finish()]
      case 4:
        return [.text("Thought: compute\nAction: calculate\nAction Input: {\"expression\": \"2^10\"}\n"), .finish()]
      default:
        let stops = options.stopStrings == ["Observation:"]
        return [.text("Final Answer: \(stops ? messages.last?.content.text ?? "" : "")"), .finish()]
      }
    }
    let agent = ReActAgent(AgentSettings(model: model, tools: try tools()))
    #expect(try await agent("2^10?") == "Observation: 1024")
  }

  @Test("structured turns are held to the schemas of the tools")
  func structured() async throws {
    let model = ScriptedChatModel { messages, options in
      guard case .jsonSchema(let schema) = options.form, case .array(let ways)? = schema["anyOf"], ways.count == 2
      else {
        return [.text("no schema"), .finish()]
      }
      guard let last = messages.last?.content.text, last.hasPrefix("Result of calculate: ") else {
        return [.text(#"{"tool":"calculate","arguments":{"expression":"9-2"}}"#), .finish()]
      }
      return [.text(#"{"answer":"seven: "# + last.suffix(1) + #""}"#), .finish()]
    }
    let agent = StructuredChatAgent(AgentSettings(model: model, tools: try tools()), guidance: .constrained)
    #expect(try await agent([.user("9-2?")]) == "seven: 7")
  }

  @Test("a plan is made, worked on step by step, and its results are put together")
  func plan() async throws {
    let model = ScriptedChatModel { messages, options in
      let text = messages.last?.content.text ?? ""
      if case .jsonSchema = options.form { return [.text(#"{"steps":["compute 6*7","say it"]}"#), .finish()] }
      if messages.last?.role == .tool { return [.text("got \(text)"), .finish()] }
      if text.contains("step 1 only") { return [call("6*7"), .finish(.toolCalls)] }
      if text.contains("step 2 only") { return [.text(text.contains("Result: got 42") ? "said" : "?"), .finish()] }
      return [.text(text.contains("2. say it Result: said") ? "done" : "?"), .finish()]
    }
    let agent = PlanAndExecuteAgent(AgentSettings(model: model, tools: try tools()), guidance: .constrained)
    #expect(try await agent("6*7?") == "done")
    let short = PlanAndExecuteAgent(
      AgentSettings(model: model, tools: try tools(), budget: Budget(steps: 3)), guidance: .constrained)
    let error = await #expect(throws: ChainError.self) { try await short("6*7?") }
    #expect(error?.context == "steps")
  }

  @Test("a recorded run is repeated without the model and the tools, through a file, and a changed one fails")
  func replay() async throws {
    let recorder = TraceRecorder()
    let agent = FunctionAgent(
      AgentSettings(model: recorder.recording(computing), tools: try recorder.recording(tools())))
    let first = try await agent([.user("6*7?")])
    let replay = TraceReplay(try AgentTrace(lines: recorder.trace.lines))
    let again = FunctionAgent(
      AgentSettings(model: replay.model, tools: try replay.tools(try tools().definitions)))
    #expect(try await again([.user("6*7?")]) == first)
    #expect(replay.remaining == 0)
    let changed = FunctionAgent(
      AgentSettings(model: TraceReplay(recorder.trace).model, tools: try tools()))
    await #expect(throws: ChainError.self) { try await changed([.user("6*8?")]) }
    #expect(throws: ChainError.self) { try AgentTrace(lines: "{}") }
  }

  @Test("a tool that failed fails in a replay the same way, and the run comes to the same answer")
  func replayedFailure() async throws {
    let model = ScriptedChatModel { messages, _ in
      let told = messages.filter { $0.role == .tool }.map(\.content.text)
      switch told.count {
      case 0: return [call("1/0"), .finish(.toolCalls)]
      case 1: return [call("1/0", "2"), call("4/2", "3"), .finish(.toolCalls)]
      default: return [.text(told.joined(separator: "|")), .finish()]
      }
    }
    let recorder = TraceRecorder()
    let agent = FunctionAgent(AgentSettings(model: recorder.recording(model), tools: try recorder.recording(tools())))
    let first = try await agent([.user("x")])
    #expect(first.hasPrefix("Error: arithmetic: not a valid input") && first.hasSuffix("|2"))
    let trace = try AgentTrace(lines: recorder.trace.lines)
    #expect(trace == recorder.trace)
    let replay = TraceReplay(trace)
    let again = FunctionAgent(AgentSettings(model: replay.model, tools: try replay.tools(tools().definitions)))
    #expect(try await again([.user("x")]) == first)
    #expect(replay.remaining == 0)
  }

  @Test("a tool that never ends and heeds nothing ends with the agent's time")
  func deafTool() async throws {
    let gate = Gate()
    let deaf = try AgentTool(ToolDefinition(name: "calculate", description: "", parameters: ["type": "object"])) {
      (_, _) throws(ChainError) in
      await gate.wait()
      return "late"
    }
    let agent = FunctionAgent(
      AgentSettings(model: computing, tools: try Toolbox([deaf]), budget: Budget(time: .seconds(9))))
    let error = await #expect(throws: ChainError.self) {
      try await agent([.user("x")], settings: RunSettings(clock: ChainClock(ManualClock())))
    }
    #expect(error?.code == .budget && error?.context == "time")
    gate.open()
  }
}
