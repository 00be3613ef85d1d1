import InkChains
import InkChat
import InkTesting
import InkstoneCommand
import Testing

@Suite("Agent tasks")
struct AgentTaskTests {
  /// Asks for a sum and a call that fails, then says what it was told.
  private static let model = ScriptedChatModel { messages, _ in
    let told = messages.filter { $0.role == .tool }.map(\.content.text)
    guard told.isEmpty else { return [.text(told.joined(separator: "; ")), .finish()] }
    let calls = ["2 * 21", "1 +"].enumerated().map { number, expression in
      ScriptedStep.event(
        .toolCall(
          ToolCall(
            identifier: "c\(number)", name: "calculate", arguments: ["expression": .string(expression)])))
    }
    return calls + [.finish(.toolCalls)]
  }

  private static let task = AgentTask(
    task: "Compute.", kind: .function, steps: 4, tokens: 10_000, turnTokens: 100,
    sampling: AnswerSampling(temperature: 0.5, seed: 7, repetition: .left))

  private func recorded() async throws -> (answer: String, recording: AgentRecording) {
    let recorder = TraceRecorder()
    let tools = try Toolbox([.calculator()]).tellingFailures()
    let answer = try await Self.task.run(
      model: recorder.recording(Self.model), tools: try recorder.recording(tools), time: nil, settings: RunSettings())
    return (
      answer, AgentRecording(task: Self.task, tools: tools.definitions, trace: recorder.trace)
    )
  }

  @Test("a run that was written down is repeated without model and tools, with the same answer, failures too")
  func replay() async throws {
    let (answer, recording) = try await recorded()
    #expect(answer.hasPrefix("42; Error: "))
    let read = try AgentRecording(lines: recording.lines, file: "run.jsonl")
    #expect(read == recording)
    let replay = TraceReplay(read.trace)
    let again = try await read.task.run(
      model: replay.model, tools: try replay.tools(read.tools), time: nil, settings: RunSettings())
    #expect(again == answer)
    #expect(replay.remaining == 0)
  }

  @Test("a replay of another task fails at its first request")
  func otherTask() async throws {
    var (_, recording) = try await recorded()
    recording.task.task = "Compute something else."
    let replay = TraceReplay(recording.trace)
    await #expect(throws: ChainError.self) {
      _ = try await recording.task.run(
        model: replay.model, tools: try replay.tools(recording.tools), time: nil, settings: RunSettings())
    }
  }

  @Test(
    "a damaged recording is refused with the line and what is missing",
    arguments: ["", "{}", "not JSON", #"{"task": "x", "kind": "magic", "instructions": "", "steps": 1}"#])
  func damaged(text: String) {
    let error = #expect(throws: CommandError.self) { _ = try AgentRecording(lines: text, file: "run.jsonl") }
    #expect(error?.context.hasPrefix("run.jsonl, line 1") == true)
  }

  @Test("an agent stops at its budget of steps", arguments: AgentKind.allCases)
  func budget(kind: AgentKind) async throws {
    let model = ScriptedChatModel { messages, options in
      switch options.form {
      case .jsonSchema(let schema) where schema["properties"]?["steps"] != nil:
        return [.text(#"{"steps": ["go on"]}"#), .finish()]
      case .jsonSchema: return [.text(#"{"tool": "calculate", "arguments": {"expression": "1"}}"#), .finish()]
      case .free, .jsonObject, .regularExpression, .grammar, .choice: break
      }
      if options.tools.isEmpty {
        return [.text("Action: calculate\nAction Input: {\"expression\": \"1\"}\n"), .finish()]
      }
      let call = ToolCall(identifier: "c", name: "calculate", arguments: ["expression": "1"])
      return [.event(.toolCall(call)), .finish(.toolCalls)]
    }
    let task = AgentTask(task: "Compute.", kind: kind, steps: 3, turnTokens: 100)
    let error = await #expect(throws: ChainError.self) {
      _ = try await task.run(
        model: model, tools: try Toolbox([.calculator()]), time: nil, settings: RunSettings())
    }
    #expect(error?.code == .budget)
  }

  @Test("tools are named by a word, or a word and a place, with commas between them")
  func tools() {
    let list = ToolList(argument: "calculator,retrieval:手册,files:a:b,write:out,sql:x.csv,fetch,code")
    #expect(
      list?.tools == [
        .calculator, .retrieval(base: "手册"), .files(folder: "a:b"), .writing(folder: "out"), .sql(file: "x.csv"),
        .fetch, .code,
      ])
    for text in ["", "calculator:x", "files", "files:", "shell", "calculator,,code,nonsense"] {
      #expect(ToolList(argument: text) == nil, "\(text)")
    }
  }
}
