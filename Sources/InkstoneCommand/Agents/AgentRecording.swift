package import InkChains
package import InkChat

/// What an agent was asked, the tools it had, and what models and tools said: enough to repeat its work without them.
///
/// The first line is the task; each further line is one answer (``AgentTrace``).
package struct AgentRecording: Sendable, Equatable {
  package var task: AgentTask
  package var tools: [ToolDefinition]
  package var trace: AgentTrace

  /// A recording.
  package init(task: AgentTask, tools: [ToolDefinition], trace: AgentTrace) {
    self.task = task
    self.tools = tools
    self.trace = trace
  }

  /// The recording as lines of JSON.
  package var lines: String {
    let head: Report = [
      "task": .string(task.task), "kind": .string(task.kind.rawValue), "instructions": .string(task.instructions),
      "steps": .whole(task.steps), "tokens": task.tokens.map { .whole($0) } ?? .null,
      "cost": AgentRecording.report(task.cost),
      "turn_tokens": .whole(task.turnTokens), "temperature": .single(task.sampling.temperature),
      "seed": task.sampling.seed.map { .string(String($0)) } ?? .null,
      "repetition": .string(task.sampling.repetition.rawValue), "repairs": task.repairs.map { .whole($0) } ?? .null,
      "tools": .array(
        tools.map { tool -> Report in
          [
            "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
          ]
        }),
    ]
    return head.text + "\n" + trace.lines
  }

  /// Reads a recording.
  ///
  /// - Throws: `CommandError` that names the member of the first line that is missing or of another type;
  ///   `ChainError` for a further line that is no answer.
  package init(lines: String, file: String) throws {
    let first = lines.prefix { $0 != "\n" }
    let head: Report
    do { head = try Report(parsing: String(first)) } catch {
      throw CommandError(
        .invalidData, context: "\(file), line 1", expected: "the task of an agent in JSON", found: "\(error)",
        hint: "The file is what --trace writes.")
    }
    func fail(_ name: String, _ expected: String) -> CommandError { AgentRecording.fault(file, name, expected) }
    func text(_ value: Report, _ name: String) throws(CommandError) -> String {
      guard case .string(let text)? = value[name] else { throw fail(name, "a text") }
      return text
    }
    func whole(_ name: String) throws(CommandError) -> Int? {
      switch head[name] {
      case nil, .null?: return nil
      case .integer(let number)?:
        guard let value = Int(exactly: number) else { throw fail(name, "a whole number") }
        return value
      case .boolean?, .number?, .string?, .array?, .object?: throw fail(name, "a whole number")
      }
    }
    guard let kind = AgentKind(rawValue: try text(head, "kind")) else {
      throw fail("kind", "one of " + AgentKind.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard let steps = try whole("steps") else { throw fail("steps", "a whole number") }
    guard let turnTokens = try whole("turn_tokens") else { throw fail("turn_tokens", "a whole number") }
    let temperature: Double
    switch head["temperature"] {
    case .number(let number)?: temperature = number
    case .integer(let number)?: temperature = Double(number)
    case nil, .null?, .boolean?, .string?, .array?, .object?: throw fail("temperature", "a number")
    }
    // Recordings that do not say it were made by the model of a machine itself.
    let repetition =
      head["repetition"] == nil ? .penalized : AnswerSampling.Repetition(rawValue: try text(head, "repetition"))
    guard let repetition else { throw fail("repetition", "penalized or left") }
    task = AgentTask(
      task: try text(head, "task"), kind: kind, instructions: try text(head, "instructions"), steps: steps,
      tokens: try whole("tokens"), cost: try AgentRecording.cost(head["cost"], file: file), turnTokens: turnTokens,
      sampling: AnswerSampling(
        temperature: Float(temperature), seed: (try? text(head, "seed")).flatMap { UInt64($0) },
        repetition: repetition),
      repairs: try whole("repairs"))
    guard case .array(let list)? = head["tools"] else { throw fail("tools", "a list") }
    tools = try list.map { entry in
      guard let parameters = entry["parameters"] else { throw fail("tools", "parameters of each") }
      return ToolDefinition(
        name: try text(entry, "name"), description: try text(entry, "description"), parameters: parameters)
    }
    trace = try AgentTrace(lines: String(lines.dropFirst(first.count)))
  }
}

// MARK: - What it may cost

extension AgentRecording {
  private static func report(_ cost: CostLimit) -> Report {
    guard cost != CostLimit() else { return .null }
    return [
      "most": cost.most.map { .number($0) } ?? .null, "prompt": .number(cost.price.prompt),
      "cached_prompt": .number(cost.price.cachedPrompt), "completion": .number(cost.price.completion),
    ]
  }

  /// Recordings that say nothing of it were made by models that cost nothing.
  private static func cost(_ value: Report?, file: String) throws(CommandError) -> CostLimit {
    guard let value, value != .null else { return CostLimit() }
    func number(_ name: String) throws(CommandError) -> Double? {
      switch value[name] {
      case .number(let number)?: return number
      case .integer(let number)?: return Double(number)
      case nil, .null?: return nil
      case .boolean?, .string?, .array?, .object?: throw fault(file, "cost", "a number for \(name)")
      }
    }
    guard let prompt = try number("prompt"), let completion = try number("completion") else {
      throw fault(file, "cost", "prompt and completion")
    }
    return CostLimit(
      most: try number("most"),
      price: TokenPrice(prompt: prompt, cachedPrompt: try number("cached_prompt"), completion: completion))
  }

  private static func fault(_ file: String, _ name: String, _ expected: String) -> CommandError {
    CommandError(
      .invalidData, context: "\(file), line 1: \(name)", expected: expected, hint: "The file is what --trace writes.")
  }
}
