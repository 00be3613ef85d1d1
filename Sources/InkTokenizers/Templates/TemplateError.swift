/// Why a chat template could not be read or rendered, and where.
public struct TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Code: Sendable, Equatable {
    /// The template's text is not valid Jinja.
    case syntax
    /// A filter, test or tag that does not exist.
    case unknownName
    /// A value that does not exist was looked into or computed with.
    case undefinedValue
    /// An operation does not fit the type of its values, or a call its arguments.
    case wrongType
    /// A value of the right type cannot be used, such as a division by zero.
    case invalidValue
    /// The template called `raise_exception`; `context` is its message.
    case raised
    /// The template wanted to change or reach what a template must not.
    case forbidden
    /// A limit of `TemplateLimits` or of 64-bit integers was passed.
    case limitExceeded
    /// A part of Jinja that has no meaning for chat templates, such as including other files.
    case unsupported
    /// Text given as JSON is not JSON.
    case invalidJSON
  }

  public let code: Code
  /// What happened. For `.raised` exactly the template's own message.
  public let context: String
  public let expected: String?
  public let found: String?
  public let hint: String?
  /// Line in the template, from 1; 0 when the fault has no place in it.
  public private(set) var line = 0
  /// Column in Unicode code points, from 1; 0 when the fault has no place.
  public private(set) var column = 0

  init(
    _ code: Code, _ context: String, expected: String? = nil, found: String? = nil, hint: String? = nil
  ) {
    self.code = code
    self.context = context
    self.expected = expected
    self.found = found
    self.hint = hint
  }

  /// The same error with its place, unless it already has one.
  func located(offset: Int, in source: [UInt8]) -> TemplateError {
    guard line == 0 else { return self }
    var copy = self
    copy.line = 1
    copy.column = 1
    for byte in source.prefix(max(0, offset)) {
      if byte == UInt8(ascii: "\n") {
        copy.line += 1
        copy.column = 1
      } else if byte & 0xC0 != 0x80 {
        copy.column += 1
      }
    }
    return copy
  }

  public var description: String {
    var text = line > 0 ? "Line \(line), column \(column): " : ""
    text += context
    if let expected { text += "; expected \(expected)" }
    if let found { text += "; found \(found)" }
    text += "."
    if let hint { text += " \(hint)." }
    return text
  }
}
