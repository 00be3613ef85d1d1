import InkChat

/// A line of a batch's input.
struct BatchRequestLine: Sendable {
  var customIdentifier: String
  var method: String
  var path: String
  var body: [JSONMember]

  /// What is wrong with a line.
  struct Fault: Error, Sendable {
    var code: String
    var message: String
    var param: String?
  }

  /// Reads a line; nil for one that is wrong.
  init?(_ bytes: [UInt8], limits: JSONLimits) {
    guard let line = try? BatchRequestLine(checking: bytes, limits: limits) else { return nil }
    self = line
  }

  /// Reads a line.
  init(checking bytes: [UInt8], limits: JSONLimits) throws(Fault) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: bytes, limits: limits) } catch {
      throw Fault(code: "invalid_json_line", message: "This line is not parseable as valid JSON. \(error)")
    }
    guard case .object = value else {
      throw Fault(code: "invalid_json_line", message: "This line is not a JSON object.")
    }
    customIdentifier = try Self.text("custom_id", value)
    method = try Self.text("method", value)
    path = try Self.text("url", value)
    guard case .object(let body)? = value["body"] else {
      throw Fault(code: "missing_required_parameter", message: "\"body\" must be an object.", param: "body")
    }
    self.body = body
    guard value["body"]?["stream"] != true else {
      throw Fault(code: "invalid_value", message: "A request of a batch cannot be streamed.", param: "body.stream")
    }
  }

  private static func text(_ name: String, _ value: JSONValue) throws(Fault) -> String {
    guard case .string(let text)? = value[name], !text.isEmpty, text.utf8.count <= 1024 else {
      throw Fault(
        code: "missing_required_parameter", message: "\"\(name)\" must be a string of 1 to 1024 bytes.", param: name)
    }
    return text
  }
}
