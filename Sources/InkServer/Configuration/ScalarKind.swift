import Yams

/// What a single value of a configuration file is.
///
/// YAML's own rules are regular expressions of another library, whose tables would stay in memory as long as the server
/// runs. These are the words that the file's documentation promises.
enum ScalarKind: Hashable {
  case null
  case boolean(Bool)
  /// A decimal number.
  case number
  case text

  /// The kind of a value; one in quotation marks is text whatever it says.
  init(_ scalar: Node.Scalar) {
    guard scalar.style == .plain || scalar.style == .any else {
      self = .text
      return
    }
    self.init(plain: scalar.string)
  }

  /// The kind of a value without quotation marks.
  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .boolean(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .boolean(false)
    default:
      let isNumber = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) } && Double(text) != nil
      self = isNumber ? .number : .text
    }
  }
}
