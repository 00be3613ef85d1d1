/// A map that remembers the order in which keys were inserted, as Python's `dict` does.
public struct TemplateMap: Sendable {
  /// One key with its value.
  public struct Entry: Sendable {
    /// The key, most often a string.
    public let key: TemplateValue
    /// What stands under it.
    public var value: TemplateValue
  }

  /// Keys and values in insertion order.
  public private(set) var entries: [Entry] = []
  /// Built only once a map outgrows a linear search; most maps of a conversation have two or three keys.
  private var positions: [TemplateValue: Int] = [:]

  private static let linearLimit = 8

  /// An empty map.
  public init() {}

  /// A map of string keys in the given order; a repeated key keeps its first place and its last value.
  public init(_ pairs: [(String, TemplateValue)]) {
    for (key, value) in pairs { self[.string(key)] = value }
  }

  /// The number of keys.
  public var count: Int { entries.count }
  /// Whether there are no keys.
  public var isEmpty: Bool { entries.isEmpty }

  /// The value of a key, or nil when the key is absent. Assigning nil does nothing: a template never removes keys.
  public subscript(key: TemplateValue) -> TemplateValue? {
    get {
      guard let position = position(of: key) else { return nil }
      return entries[position].value
    }
    set {
      guard let newValue else { return }
      if let position = position(of: key) {
        entries[position].value = newValue
        return
      }
      entries.append(Entry(key: key, value: newValue))
      if !positions.isEmpty {
        positions[key] = entries.count - 1
      } else if entries.count > Self.linearLimit {
        for (position, entry) in entries.enumerated() { positions[entry.key] = position }
      }
    }
  }

  /// The value of a string key, or nil when the key is absent.
  public subscript(key: String) -> TemplateValue? {
    get { self[.string(key)] }
    set { self[.string(key)] = newValue }
  }

  private func position(of key: TemplateValue) -> Int? {
    if !positions.isEmpty { return positions[key] }
    for position in entries.indices where entries[position].key == key { return position }
    return nil
  }
}

extension TemplateMap: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, TemplateValue)...) { self.init(elements) }
}
