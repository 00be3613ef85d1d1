import InkChat

/// What is kept of a response: itself, what was said to get it, and everything before that.
///
/// The whole conversation is in each record, so that one can be gone on with when the ones before it are deleted.
struct ResponseRecord: Sendable, Hashable {
  var object: JSONValue
  var input: [JSONValue]
  var history: [JSONValue]

  init(object: JSONValue, input: [JSONValue], history: [JSONValue]) {
    self.object = object
    self.input = input
    self.history = history
  }

  /// Reads what `body` wrote.
  init(_ body: JSONValue) throws(ServerError) {
    guard let object = body["response"], case .array(let input)? = body["input"],
      case .array(let history)? = body["history"]
    else { throw ServerError(.server, "The record of a response is damaged.", code: "storage_failure") }
    self.init(object: object, input: input, history: history)
  }

  /// What is kept.
  var body: JSONValue { ["response": object, "input": .array(input), "history": .array(history)] }

  /// What a response that goes on with this one begins with.
  var conversation: [JSONValue] {
    guard case .array(let output)? = object["output"] else { return history + input }
    return history + input + output
  }
}
