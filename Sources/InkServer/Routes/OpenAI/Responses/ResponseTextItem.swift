import InkChat

/// An item of text: what the model says, or what it thinks.
struct ResponseTextItem: Sendable {
  enum Kind: Sendable, Hashable {
    case message
    case reasoning

    /// What its identifiers begin with.
    var prefix: String {
      switch self {
      case .message: "msg_"
      case .reasoning: "rs_"
      }
    }

    /// What its events are called.
    var event: String {
      switch self {
      case .message: "output_text"
      case .reasoning: "reasoning_text"
      }
    }
  }

  let kind: Kind
  let identifier: String
  /// Its place in the output.
  let index: Int
  var text = ""
  var logprobs: [JSONValue] = []

  init(_ kind: Kind, _ identifier: String, index: Int) {
    self.kind = kind
    self.identifier = identifier
    self.index = index
  }

  /// The members that say where an event belongs.
  var place: [JSONMember] {
    [
      JSONMember("item_id", .string(identifier)), JSONMember("output_index", .integer(Int64(index))),
      JSONMember("content_index", 0),
    ]
  }

  var part: JSONValue { part(text, logprobs) }

  var emptyPart: JSONValue { part("", []) }

  /// The item.
  func object(_ status: String, isEmpty: Bool = false) -> JSONValue {
    let content: JSONValue = isEmpty ? [] : [part]
    switch kind {
    case .message:
      return [
        "id": .string(identifier), "type": "message", "status": .string(status), "role": "assistant",
        "content": content,
      ]
    case .reasoning:
      return [
        "id": .string(identifier), "type": "reasoning", "status": .string(status), "summary": [], "content": content,
      ]
    }
  }

  private func part(_ text: String, _ logprobs: [JSONValue]) -> JSONValue {
    switch kind {
    case .message:
      ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": .array(logprobs)]
    case .reasoning: ["type": "reasoning_text", "text": .string(text)]
    }
  }
}

/// An item that asks for a function to be called.
struct ResponseCallItem: Sendable {
  let identifier: String
  /// Ties the function's answer to the call.
  let call: String
  let name: String
  /// Its place in the output.
  let index: Int
  var arguments = ""

  /// The members that say where an event belongs.
  var place: [JSONMember] {
    [JSONMember("item_id", .string(identifier)), JSONMember("output_index", .integer(Int64(index)))]
  }

  /// The item.
  func object(_ status: String) -> JSONValue {
    [
      "id": .string(identifier), "type": "function_call", "status": .string(status), "call_id": .string(call),
      "name": .string(name), "arguments": .string(arguments),
    ]
  }
}
