import InkChat

/// A line of a batch's log: which request was answered, and the line for the file with answers.
struct BatchLogEntry: Sendable {
  var line: Int
  var isSuccess: Bool
  var output: JSONValue

  init(line: Int, isSuccess: Bool, output: JSONValue) {
    self.line = line
    self.isSuccess = isSuccess
    self.output = output
  }

  /// Reads a line; nil for anything else.
  init?(_ bytes: [UInt8]) {
    guard let value = try? JSONValue(parsing: bytes), case .integer(let line)? = value["line"],
      case .boolean(let isSuccess)? = value["success"], let output = value["output"]
    else { return nil }
    self.init(line: Int(line), isSuccess: isSuccess, output: output)
  }

  var bytes: [UInt8] {
    let value: JSONValue = ["line": .integer(Int64(line)), "success": .boolean(isSuccess), "output": output]
    return Array(value.text.utf8)
  }
}
