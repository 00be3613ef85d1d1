/// A JSON value as it stands in the text: objects keep their order, numbers their digits.
public enum JSONTree: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The text of the number, for example `1e-05`.
  case number(String)
  case string(String)
  case array([JSONTree])
  case object(JSONObject)

  /// What to call the value in a message.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number(let text): "the number \(text.prefix(40))"
    case .string(let text): "the string \(FormatError.quoted(text))"
    case .array(let elements): "an array of \(elements.count)"
    case .object: "an object"
    }
  }
}

/// The members of a JSON object in the order of the text; every key occurs once.
public struct JSONObject: Sendable, Hashable {
  /// The keys in order.
  public private(set) var keys: [String] = []
  private var values: [String: JSONTree] = [:]

  /// An empty object.
  public init() {}

  /// The value of a key; setting a new key appends it, setting nil removes it.
  public subscript(key: String) -> JSONTree? {
    get { values[key] }
    set {
      let old = values.updateOrRemove(newValue, key)
      if old == nil, newValue != nil { keys.append(key) }
      if old != nil, newValue == nil { keys.removeAll { $0 == key } }
    }
  }
}

extension Dictionary {
  fileprivate mutating func updateOrRemove(_ value: Value?, _ key: Key) -> Value? {
    if let value { updateValue(value, forKey: key) } else { removeValue(forKey: key) }
  }
}
