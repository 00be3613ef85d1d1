/// A value of a running program.
enum ScriptValue {
  case none
  case boolean(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  case list(ScriptList)
  case dictionary(ScriptDictionary)

  /// What the value is, for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .boolean: "a truth value"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a text"
    case .list: "a list"
    case .dictionary: "a dictionary"
    }
  }

  var isTrue: Bool {
    switch self {
    case .none: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .number(let value): value != 0
    case .string(let value): !value.isEmpty
    case .list(let list): !list.elements.isEmpty
    case .dictionary(let dictionary): !dictionary.keys.isEmpty
    }
  }

  /// The value as a number; truth values count as 1 and 0.
  var double: Double? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): Double(value)
    case .number(let value): value
    case .none, .string, .list, .dictionary: nil
    }
  }

  /// The value as a whole number.
  var whole: Int64? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    case .none, .number, .string, .list, .dictionary: nil
    }
  }
}

/// A list, shared by all that name it. It lives on the one task that runs the program.
final class ScriptList {
  var elements: [ScriptValue]
  init(_ elements: [ScriptValue]) { self.elements = elements }
}

/// A dictionary in the order in which its keys came, shared by all that name it.
final class ScriptDictionary {
  /// What may be a key.
  enum Key: Hashable {
    case none
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)

    var value: ScriptValue {
      switch self {
      case .none: .none
      case .boolean(let value): .boolean(value)
      case .integer(let value): .integer(value)
      case .number(let value): .number(value)
      case .string(let value): .string(value)
      }
    }

    /// A key; nil for lists and dictionaries, which change.
    init?(_ value: ScriptValue) {
      switch value {
      case .none: self = .none
      // As in Python, True and 1 and 1.0 are one key.
      case .boolean(let value): self = .integer(value ? 1 : 0)
      case .integer(let value): self = .integer(value)
      case .number(let value): self = Int64(exactly: value).map { .integer($0) } ?? .number(value)
      case .string(let value): self = .string(value)
      case .list, .dictionary: return nil
      }
    }
  }

  private(set) var keys: [Key] = []
  private(set) var values: [Key: ScriptValue] = [:]

  subscript(key: Key) -> ScriptValue? {
    get { values[key] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
      } else if values.removeValue(forKey: key) != nil {
        keys.removeAll { $0 == key }
      }
    }
  }

  func removeAll() {
    keys = []
    values = [:]
  }
}
