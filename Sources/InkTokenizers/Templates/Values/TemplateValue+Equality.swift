/// Python's equality: numbers compare by value across bool, int and float; text compares code point by code point
/// (Swift's own `==` would call a composed and a decomposed letter equal); maps ignore order.
extension TemplateValue: Hashable {
  public static func == (left: TemplateValue, right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.string(let a), .string(let b)): return a.utf8.elementsEqual(b.utf8)
    case (.undefined, .undefined), (.none, .none): return true
    case (.int(let a), .int(let b)): return a == b
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)): return a == b
    case (.map(let a), .map(let b)):
      guard a.count == b.count else { return false }
      for entry in a.entries {
        guard let other = b[entry.key], other == entry.value else { return false }
      }
      return true
    case (.runtime(let a), .runtime(let b)): return a == b
    default:
      guard let a = left.number, let b = right.number else { return false }
      return a.isEqual(to: b)
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .undefined: hasher.combine(0)
    case .none: hasher.combine(1)
    case .bool(let flag): hasher.combine(flag ? 1 : 0)
    case .int(let number): hasher.combine(number)
    case .double(let number):
      if let whole = Int(exactly: number) { hasher.combine(whole) } else { hasher.combine(number) }
    case .string(let text): hasher.combine(text)
    case .list(let elements), .tuple(let elements): hasher.combine(elements)
    case .map(let map): hasher.combine(map.count)
    case .runtime(let object): hasher.combine(object)
    }
  }

  /// Whether Python could use the value as a dictionary key.
  var canBeKey: Bool {
    switch self {
    case .list, .map: false
    case .tuple(let elements): elements.allSatisfy(\.canBeKey)
    default: true
    }
  }
}

/// A number of either kind; bools count as 0 and 1.
enum TemplateNumber {
  case int(Int)
  case double(Double)

  var double: Double {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    }
  }

  func isEqual(to other: TemplateNumber) -> Bool {
    switch (self, other) {
    case (.int(let a), .int(let b)): a == b
    case (.int(let a), .double(let b)), (.double(let b), .int(let a)): Int(exactly: b) == a
    case (.double(let a), .double(let b)): a == b
    }
  }

  func isLess(than other: TemplateNumber) -> Bool {
    switch (self, other) {
    case (.int(let a), .int(let b)): a < b
    default: double < other.double
    }
  }
}

extension TemplateValue {
  var number: TemplateNumber? {
    switch self {
    case .bool(let flag): .int(flag ? 1 : 0)
    case .int(let number): .int(number)
    case .double(let number): .double(number)
    default: nil
    }
  }

  /// The value as a whole number where Python would take it as an index or count.
  var wholeNumber: Int? {
    switch self {
    case .bool(let flag): flag ? 1 : 0
    case .int(let number): number
    default: nil
    }
  }
}
