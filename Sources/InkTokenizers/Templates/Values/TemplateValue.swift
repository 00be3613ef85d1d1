/// A value that a chat template can see: what JSON has, plus what the template language itself makes.
///
/// Behaviour follows Python, because templates are written against Jinja2: truth, text form, equality and order are
/// Python's. Maps keep the order in which their keys were inserted.
public enum TemplateValue: Sendable {
  /// A name or key that does not exist. It prints as nothing and is false; looking inside it is an error.
  case undefined
  /// Python's `None`, JSON's `null`.
  case none
  case bool(Bool)
  /// A whole number of 64 bits; arithmetic beyond them is an error.
  case int(Int)
  case double(Double)
  /// Text, counted and compared by Unicode code points.
  case string(String)
  case list([TemplateValue])
  /// A fixed group such as the pairs of `map.items()`; it prints with round brackets.
  case tuple([TemplateValue])
  case map(TemplateMap)
  /// Something that lives only while a template runs: a macro, a namespace, the `loop` variable, a method.
  case runtime(TemplateRuntimeObject)
}

/// A reference to an object of a running template (macro, namespace, loop, method). Callers can hold one but not
/// make one, and it means nothing in another rendering.
public struct TemplateRuntimeObject: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case function(TemplateFunction)
    case macro(Int)
    case namespace(Int)
    case loop(Int)
    case cycler(Int)
    case joiner(Int)
    case method(Int)
  }

  let kind: Kind
}

/// The functions that every template can call by name.
enum TemplateFunction: String, Sendable, CaseIterable {
  case range, dict, namespace, cycler, joiner
  case raiseException = "raise_exception"
  case formatNow = "strftime_now"
}

extension TemplateValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .none }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }

  /// A map in the order written; a key that comes twice keeps its first place and its last value.
  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    var map = TemplateMap()
    for (key, value) in elements { map[.string(key)] = value }
    self = .map(map)
  }
}

extension TemplateValue {
  /// The name Python gives the type, for messages.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .int: "int"
    case .double: "float"
    case .string: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .map: "dict"
    case .runtime(let object):
      switch object.kind {
      case .function: "function"
      case .macro: "Macro"
      case .namespace: "Namespace"
      case .loop: "LoopContext"
      case .cycler: "Cycler"
      case .joiner: "Joiner"
      case .method: "method"
      }
    }
  }

  /// The elements of a list or tuple, or nil for any other value.
  var elements: [TemplateValue]? {
    switch self {
    case .list(let elements), .tuple(let elements): elements
    default: nil
    }
  }

  var isUndefined: Bool {
    if case .undefined = self { return true }
    return false
  }

  var isNone: Bool {
    if case .none = self { return true }
    return false
  }

  /// Python's truth: empty, zero, none and undefined are false.
  var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let flag): flag
    case .int(let number): number != 0
    case .double(let number): number != 0
    case .string(let text): !text.utf8.isEmpty
    case .list(let elements), .tuple(let elements): !elements.isEmpty
    case .map(let map): !map.isEmpty
    case .runtime: true
    }
  }
}
