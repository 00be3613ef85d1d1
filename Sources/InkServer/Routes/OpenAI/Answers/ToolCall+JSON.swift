import InkChat

extension ToolCall {
  /// A call as chat completions tell it.
  var json: JSONValue { json(written: nil) }

  /// The same with the arguments as the model wrote them, where that is known.
  func json(written: String?) -> JSONValue {
    [
      "id": .string(identifier), "type": "function",
      "function": ["name": .string(name), "arguments": .string(written ?? argumentsText)],
    ]
  }

  /// The arguments as JSON text; arguments that the model wrote otherwise are as it wrote them.
  var argumentsText: String {
    if case .string(let text) = arguments { text } else { arguments.text }
  }
}
