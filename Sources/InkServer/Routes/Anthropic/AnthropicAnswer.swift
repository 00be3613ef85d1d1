import InkChat

/// Turns what a model tells into the blocks of a message, and into the events of its stream.
struct AnthropicAnswer: Sendable {
  private enum Block: Sendable {
    case text(String)
    case thinking(String)
    case call(ToolCall, written: String)

    /// The block as a stream begins it.
    var opening: JSONValue {
      switch self {
      case .text: ["type": "text", "text": ""]
      case .thinking: ["type": "thinking", "thinking": "", "signature": ""]
      case .call(let call, _):
        ["type": "tool_use", "id": .string(call.identifier), "name": .string(call.name), "input": [:]]
      }
    }

    /// The whole block.
    var json: JSONValue {
      switch self {
      case .text(let text): return ["type": "text", "text": .string(text)]
      case .thinking(let text): return ["type": "thinking", "thinking": .string(text), "signature": ""]
      case .call(let call, _):
        // A tool's input is an object in this interface; what a model wrote otherwise goes into one.
        let input: JSONValue = if case .object = call.arguments { call.arguments } else { ["input": call.arguments] }
        return ["type": "tool_use", "id": .string(call.identifier), "name": .string(call.name), "input": input]
      }
    }
  }

  private let identifier: String
  private let model: String
  private var blocks: [Block] = []
  private var isOpen = false
  private(set) var hasBegun = false
  /// Where the calls stand among the blocks.
  private var calls: [Int] = []
  private var completedCalls = 0
  private(set) var result: GenerationResult?

  init(identifier: String, model: String) {
    self.identifier = identifier
    self.model = model
  }

  /// The events that an event of the model leads to.
  mutating func add(_ event: GenerationEvent) -> [StreamEvent] {
    var events = begin()
    switch event {
    case .text(let piece): write(piece, &events)
    case .reasoning(let piece): think(piece, &events)
    case .token: break
    case .toolCallFragment(let fragment):
      if let opening = fragment.opening, fragment.index == calls.count {
        open(ToolCall(identifier: opening.identifier, name: opening.name, arguments: [:]), &events)
      }
      if calls.indices.contains(fragment.index), !fragment.arguments.isEmpty {
        write(arguments: fragment.arguments, at: calls[fragment.index], &events)
      }
    case .toolCall(let call):
      if calls.count == completedCalls { open(call, &events) }
      guard completedCalls < calls.count else { return events }
      let index = calls[completedCalls]
      completedCalls += 1
      guard case .call(_, let written) = blocks[index] else { return events }
      if written.isEmpty { write(arguments: call.argumentsText, at: index, &events) }
      blocks[index] = .call(call, written: call.argumentsText)
    case .finished(let result):
      self.result = result
      close(&events)
      let (reason, sequence) = Self.reason(result.finishReason)
      events.append(
        .typed("message_delta", ["delta": ["stop_reason": reason, "stop_sequence": sequence], "usage": usage]))
      events.append(.typed("message_stop", [:]))
    }
    return events
  }

  /// The message in one piece.
  var json: JSONValue {
    let (reason, sequence) = result.map { Self.reason($0.finishReason) } ?? (.null, .null)
    return message(content: blocks.map(\.json), reason, sequence)
  }

  private mutating func begin() -> [StreamEvent] {
    guard !hasBegun else { return [] }
    hasBegun = true
    return [
      .typed("message_start", ["message": message(content: [], .null, .null)]), .typed("ping", [:]),
    ]
  }

  private mutating func write(_ piece: String, _ events: inout [StreamEvent]) {
    var text = ""
    if isOpen, case .text(let before)? = blocks.last { text = before } else { open(.text(""), &events) }
    blocks[blocks.count - 1] = .text(text + piece)
    events.append(delta(blocks.count - 1, ["type": "text_delta", "text": .string(piece)]))
  }

  private mutating func think(_ piece: String, _ events: inout [StreamEvent]) {
    var text = ""
    if isOpen, case .thinking(let before)? = blocks.last { text = before } else { open(.thinking(""), &events) }
    blocks[blocks.count - 1] = .thinking(text + piece)
    events.append(delta(blocks.count - 1, ["type": "thinking_delta", "thinking": .string(piece)]))
  }

  private mutating func open(_ call: ToolCall, _ events: inout [StreamEvent]) {
    open(.call(call, written: ""), &events)
    calls.append(blocks.count - 1)
  }

  private mutating func write(arguments: String, at index: Int, _ events: inout [StreamEvent]) {
    guard case .call(let call, let written) = blocks[index] else { return }
    blocks[index] = .call(call, written: written + arguments)
    events.append(delta(index, ["type": "input_json_delta", "partial_json": .string(arguments)]))
  }

  private mutating func open(_ block: Block, _ events: inout [StreamEvent]) {
    close(&events)
    blocks.append(block)
    isOpen = true
    events.append(
      .typed(
        "content_block_start", ["index": .integer(Int64(blocks.count - 1)), "content_block": block.opening]))
  }

  private mutating func close(_ events: inout [StreamEvent]) {
    guard isOpen else { return }
    isOpen = false
    events.append(.typed("content_block_stop", ["index": .integer(Int64(blocks.count - 1))]))
  }

  private func delta(_ index: Int, _ delta: JSONValue) -> StreamEvent {
    .typed("content_block_delta", ["index": .integer(Int64(index)), "delta": delta])
  }

  private func message(content: [JSONValue], _ reason: JSONValue, _ sequence: JSONValue) -> JSONValue {
    [
      "id": .string(identifier), "type": "message", "role": "assistant", "model": .string(model),
      "content": .array(content), "stop_reason": reason, "stop_sequence": sequence, "usage": usage,
    ]
  }

  /// Tokens from a cache are counted apart in this interface.
  private var usage: JSONValue {
    let counts = result?.counts ?? TokenCounts(prompt: 0, completion: 0)
    return [
      "input_tokens": .integer(Int64(counts.prompt - counts.cachedPrompt)), "cache_creation_input_tokens": 0,
      "cache_read_input_tokens": .integer(Int64(counts.cachedPrompt)),
      "output_tokens": .integer(Int64(counts.completion)),
    ]
  }

  private static func reason(_ reason: FinishReason) -> (JSONValue, JSONValue) {
    switch reason {
    case .endToken, .cancelled: ("end_turn", .null)
    case .stopString(let text): ("stop_sequence", .string(text))
    case .length, .contextFull: ("max_tokens", .null)
    case .toolCalls: ("tool_use", .null)
    }
  }
}

extension StreamEvent {
  /// An event whose name is its `type` as well.
  fileprivate static func typed(_ name: String, _ members: JSONValue) -> StreamEvent {
    guard case .object(let members) = members else { return .named(name, ["type": .string(name)]) }
    return .named(name, .object([JSONMember("type", .string(name))] + members))
  }
}

extension StreamDialect {
  /// Anthropic's messages.
  static let anthropic = StreamDialect(
    mediaType: "text/event-stream", ping: .named("ping", ["type": "ping"])
  ) { error in [.named("error", ErrorShape.anthropic.body(of: error))] }
}
