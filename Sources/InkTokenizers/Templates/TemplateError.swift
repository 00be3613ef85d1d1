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

  private struct Content: Sendable, Equatable {
    let code: Code
    let context: String
    let expected: String?
    let found: String?
    let hint: String?
    var line = 0
    var column = 0
  }

  /// One word instead of a dozen: every function that can throw keeps room for an error in its stack frame, and the
  /// parser and the renderer recurse.
  private final class Box: Sendable {
    let content: Content
    init(_ content: Content) { self.content = content }
  }

  private var box: Box

  /// What kind of fault it is.
  public var code: Code { box.content.code }
  /// What happened. For `.raised` exactly the template's own message.
  public var context: String { box.content.context }
  /// What would have been right, where that can be said.
  public var expected: String? { box.content.expected }
  /// What stood there instead.
  public var found: String? { box.content.found }
  /// What to do about it.
  public var hint: String? { box.content.hint }
  /// Line in the template, from 1; 0 when the fault has no place in it.
  public var line: Int { box.content.line }
  /// Column in Unicode code points, from 1; 0 when the fault has no place.
  public var column: Int { box.content.column }

  @inline(never)
  init(
    _ code: Code, _ context: String, expected: String? = nil, found: String? = nil, hint: String? = nil
  ) {
    box = Box(Content(code: code, context: context, expected: expected, found: found, hint: hint))
  }

  public static func == (left: TemplateError, right: TemplateError) -> Bool {
    left.box.content == right.box.content
  }

  /// The same error with its place, unless it already has one.
  @inline(never)
  func located(offset: Int, in source: [UInt8]) -> TemplateError {
    guard line == 0 else { return self }
    var place = box.content
    place.line = 1
    place.column = 1
    for byte in source.prefix(max(0, offset)) {
      if byte == UInt8(ascii: "\n") {
        place.line += 1
        place.column = 1
      } else if byte & 0xC0 != 0x80 {
        place.column += 1
      }
    }
    var copy = self
    copy.box = Box(place)
    return copy
  }

  /// The fault as a sentence with its place and its cure.
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
