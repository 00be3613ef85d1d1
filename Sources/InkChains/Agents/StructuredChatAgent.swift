public import InkChat

/// An agent whose every turn is one JSON object: a tool with its arguments, or the final answer. A model that can be
/// held to a form cannot leave it.
public struct StructuredChatAgent: Step {
  private let settings: AgentSettings
  private let guidance: AnswerGuidance

  /// An agent.
  public init(_ settings: AgentSettings, guidance: AnswerGuidance) {
    self.settings = settings
    self.guidance = guidance
  }

  public func run(_ input: [Message], in context: ChainContext) async throws(ChainError) -> String {
    let limited = context.limited(to: settings.budget)
    return try await limited.withinTime { () async throws(ChainError) in try await loop(input, in: limited) }
  }

  private func loop(_ start: [Message], in context: ChainContext) async throws(ChainError) -> String {
    var messages = settings.system(rules) + start
    let ask = Ask(settings.model, for: TurnParser(schema: schema), guidance: guidance, options: settings.options)
    var number = 0
    while true {
      try context.meter.takeStep()
      let turn = try await context.run(ask, on: messages)
      if case .string(let answer)? = turn["answer"] { return answer }
      messages.append(.assistant(turn.text))
      guard case .string(let name)? = turn["tool"] else {
        messages.append(.user("Expected an object with \"tool\" and \"arguments\", or with \"answer\"."))
        continue
      }
      number += 1
      let call = ToolCall(
        identifier: "call-\(number)", name: name, arguments: turn["arguments"] ?? .object([]))
      context.tell(.toolCall(call))
      messages.append(.user("Result of \(name): " + (try await settings.tools.answer(call, in: context))))
    }
  }

  private var schema: JSONValue {
    func object(_ properties: [JSONMember]) -> JSONValue {
      [
        "type": "object", "properties": .object(properties),
        "required": .array(properties.map { .string($0.name) }), "additionalProperties": false,
      ]
    }
    let calls = settings.tools.definitions.map {
      object([JSONMember("tool", ["const": .string($0.name)]), JSONMember("arguments", $0.parameters)])
    }
    return ["anyOf": .array(calls + [object([JSONMember("answer", ["type": "string"])])])]
  }

  private var rules: String {
    let tools = settings.tools.definitions.map { "\($0.name): \($0.description) Arguments: \($0.parameters.text)" }
    return """
      You can use these tools:
      \(tools.joined(separator: "\n"))

      Each of your turns is one JSON object: {"tool": name, "arguments": {…}} to use a tool, or {"answer": text} when \
      you know the answer.
      """
  }
}

/// Reads a turn. Arguments that are not as a tool wants them are told by the tool, whose answer the model can learn from.
private struct TurnParser: AnswerParser {
  let schema: JSONValue

  var form: AnswerForm { .jsonSchema(schema) }
  var instructions: String {
    "Answer with one JSON value that is valid by this JSON Schema, and nothing else: \(schema.text)"
  }

  func parse(_ answer: String) throws(ChainError) -> JSONValue { try JSONAnswer.find(answer) }
}
