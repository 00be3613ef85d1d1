import InkChat
import InkInference
import InkTensor

/// An answer's text, fed in some cut, and what came out of it, joined.
struct AnswerSample {
  var text = ""
  var reasoning = ""
  var calls: [ToolCall] = []
  /// The arguments of the fragments of each call, joined.
  var argumentTexts: [String] = []
  /// Identifier and name of the fragments that opened a call.
  var openings: [ToolCallFragment.Opening] = []
  /// The kinds of all pieces, neighbours of one kind once.
  var order: [String] = []
  /// A breach of the rules of fragments.
  var violation: String?

  static let tools = [
    ToolDefinition(
      name: "get_weather", description: "Weather of a city",
      parameters: [
        "type": "object",
        "properties": ["city": ["type": "string"], "days": ["type": "integer"], "hourly": ["type": "boolean"]],
        "required": ["city"],
      ]),
    ToolDefinition(
      name: "search", description: "Search",
      parameters: ["type": "object", "properties": ["query": ["type": "string"]]]),
    ToolDefinition(name: "now", description: "The time", parameters: ["type": "object", "properties": [:]]),
  ]

  init(
    _ pieces: [String], layout: AnswerLayout, options: GenerationOptions = GenerationOptions(tools: Self.tools),
    seed: UInt64 = 7
  ) {
    var parser = AnswerParser(layout, options: options, identifiers: RandomStream(seed: seed, name: "tool calls"))
    for piece in pieces { take(parser.feed(piece)) }
    take(parser.finish())
  }

  init(_ text: String, _ format: ToolCallFormat?, reasoning: ReasoningFormat? = nil) {
    self.init([text], layout: AnswerLayout(toolCalls: format, reasoning: reasoning))
  }

  var names: [String] { calls.map(\.name) }
  var arguments: [JSONValue] { calls.map(\.arguments) }

  private mutating func take(_ pieces: [AnswerPiece]) {
    for piece in pieces {
      switch piece {
      case .text(let part):
        text += part
        note("text", isEmpty: part.isEmpty)
      case .reasoning(let part):
        reasoning += part
        note("reasoning", isEmpty: part.isEmpty)
      case .toolCallFragment(let fragment):
        take(fragment)
        note("fragment", isEmpty: fragment.arguments.isEmpty && fragment.opening == nil)
      case .toolCall(let call):
        if openings.count != calls.count + 1 { violation = "call \(calls.count) has no fragment that opens it" }
        calls.append(call)
        note("call", isEmpty: false)
      }
    }
  }

  private mutating func take(_ fragment: ToolCallFragment) {
    if let opening = fragment.opening {
      if fragment.index != argumentTexts.count { violation = "call \(argumentTexts.count) opens as \(fragment.index)" }
      openings.append(opening)
      argumentTexts.append("")
    }
    guard argumentTexts.indices.contains(fragment.index), fragment.index == argumentTexts.count - 1 else {
      violation = "a fragment of call \(fragment.index) while \(argumentTexts.count) are open"
      return
    }
    argumentTexts[fragment.index] += fragment.arguments
  }

  private mutating func note(_ kind: String, isEmpty: Bool) {
    if isEmpty { violation = "an empty piece of \(kind)" }
    if order.last != kind { order.append(kind) }
  }
}

extension AnswerSample: Equatable {}
