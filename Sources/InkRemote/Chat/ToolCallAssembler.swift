import InkChat

/// Puts tool calls together from the fragments that an endpoint sends.
struct ToolCallAssembler: Sendable {
  private struct Call {
    var number: Int
    var identifier: String
    var name: String
    var arguments = ""
  }

  private var calls: [Call] = []
  /// Bytes that the arguments of all calls may have together.
  private static let limit = 16 << 20
  private var byteCount = 0

  init() {}

  /// The events of one element of `tool_calls`.
  mutating func take(_ value: JSONValue) throws(GenerationError) -> [GenerationEvent] {
    let function = value["function"] ?? .null
    let arguments: String =
      switch function["arguments"] {
      case .string(let text)?: text
      // Against the rules, but it is sent, and there is no doubt what it means.
      case .object?: function["arguments"]?.text ?? ""
      case .null?, .boolean?, .integer?, .number?, .array?, nil: ""
      }
    byteCount += arguments.utf8.count
    guard byteCount <= Self.limit else {
      throw .strangeAnswer("tool calls of at most \(Self.limit) bytes", "longer ones")
    }
    let identifier = value["id"]?.filledText
    let name = function["name"]?.filledText
    if let index = place(of: value["index"]?.count, identifier: identifier, hasName: name != nil) {
      calls[index].arguments += arguments
      return [.toolCallFragment(ToolCallFragment(index: index, arguments: arguments))]
    }
    guard let name else {
      throw .strangeAnswer("a tool call that begins with its name", String(value.text.prefix(200)))
    }
    let index = calls.count
    guard index < 1024 else { throw .strangeAnswer("at most 1024 tool calls", "more") }
    let call = Call(
      number: value["index"]?.count ?? index, identifier: identifier ?? "call_\(index)", name: name,
      arguments: arguments)
    calls.append(call)
    let opening = ToolCallFragment.Opening(identifier: call.identifier, name: name)
    return [.toolCallFragment(ToolCallFragment(index: index, opening: opening, arguments: arguments))]
  }

  /// The calls as they are now complete.
  mutating func end() -> [GenerationEvent] {
    defer { calls = [] }
    return calls.map { call in
      let arguments: JSONValue =
        if call.arguments.allSatisfy(\.isWhitespace) {
          .object([])
        } else if let parsed = try? JSONValue(parsing: call.arguments) {
          parsed
        } else {
          // Kept as the model wrote it: whoever asked can show it to the model and ask for better.
          .string(call.arguments)
        }
      return .toolCall(ToolCall(identifier: call.identifier, name: call.name, arguments: arguments))
    }
  }

  /// The call that a fragment goes on with; nil begins another one.
  private func place(of number: Int?, identifier: String?, hasName: Bool) -> Int? {
    if let number {
      guard let index = calls.lastIndex(where: { $0.number == number }) else { return nil }
      // Some servers give every call the number 0 and tell them apart by the identifier alone.
      if let identifier, hasName, identifier != calls[index].identifier { return nil }
      return index
    }
    if let identifier { return calls.lastIndex { $0.identifier == identifier } }
    return hasName || calls.isEmpty ? nil : calls.count - 1
  }
}
