/// A place in a JSON document: a value, or the fact that there is none, with the path that leads there.
///
/// Going down never fails; asking for a type does, and names the path, what was expected and what was found.
public struct JSONNode: Sendable {
  /// The value; nil when the path leads nowhere.
  public let value: JSONTree?
  /// The way from the root, for example `rope_scaling.factor` or `layers[2]`.
  public let path: String
  let file: String
  /// Who takes note of what is asked for, if anyone does.
  private let asked: AskedMembers?

  /// Makes a node; `file` stands for the document in messages.
  public init(value: JSONTree?, path: String = "", file: String) {
    self.init(value: value, path: path, file: file, asked: nil)
  }

  private init(value: JSONTree?, path: String, file: String, asked: AskedMembers?) {
    self.value = value
    self.path = path
    self.file = file
    self.asked = asked
  }

  /// The same place; the members that are asked for from here on are noted.
  package func noting(_ asked: AskedMembers) -> JSONNode {
    JSONNode(value: value, path: path, file: file, asked: asked)
  }

  /// The member of an object.
  public subscript(key: String) -> JSONNode {
    var member: JSONTree?
    if case .object(let object)? = value { member = object[key] }
    let path = path.isEmpty ? key : "\(path).\(key)"
    asked?.note(path)
    return JSONNode(value: member, path: path, file: file, asked: asked)
  }

  /// The element of an array.
  public subscript(index: Int) -> JSONNode {
    var element: JSONTree?
    if case .array(let elements)? = value, elements.indices.contains(index) { element = elements[index] }
    return JSONNode(value: element, path: "\(path)[\(index)]", file: file, asked: asked)
  }

  /// The node itself, or nil when there is no value or it is `null`.
  public var ifPresent: JSONNode? {
    switch value {
    case nil, .null?: nil
    default: self
    }
  }

  /// A whole number; `4096.0` counts as one.
  public var int: Int {
    get throws(FormatError) {
      guard case .number(let text)? = value else { throw mismatch("a whole number") }
      if let whole = Int(text) { return whole }
      guard let number = Double(text), let whole = Int(exactly: number), abs(number) <= 0x1p53 else {
        throw mismatch("a whole number")
      }
      return whole
    }
  }

  /// A finite number.
  public var double: Double {
    get throws(FormatError) {
      guard case .number(let text)? = value, let number = Double(text), number.isFinite else {
        throw mismatch("a number")
      }
      return number
    }
  }

  /// `true` or `false`.
  public var bool: Bool {
    get throws(FormatError) {
      guard case .bool(let flag)? = value else { throw mismatch("true or false") }
      return flag
    }
  }

  /// A string.
  public var string: String {
    get throws(FormatError) {
      guard case .string(let text)? = value else { throw mismatch("a string") }
      return text
    }
  }

  /// The elements of an array.
  public var array: [JSONNode] {
    get throws(FormatError) {
      guard case .array(let elements)? = value else { throw mismatch("an array") }
      return elements.indices.map { self[$0] }
    }
  }

  /// The members of an object, in the order of the text.
  public var members: [(key: String, node: JSONNode)] {
    get throws(FormatError) {
      guard case .object(let object)? = value else { throw mismatch("an object") }
      return object.keys.map { ($0, self[$0]) }
    }
  }

  /// The error that says what stands here instead of `expected`.
  public func mismatch(_ expected: String) -> FormatError {
    let place = path.isEmpty ? "the outermost value" : path
    guard let value else { return FormatError(.missing, file: file, context: place, expected: expected) }
    return FormatError(.typeMismatch, file: file, context: place, expected: expected, found: value.kind)
  }
}
