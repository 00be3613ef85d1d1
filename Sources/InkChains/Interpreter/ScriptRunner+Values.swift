import Foundation

extension ScriptRunner {
  /// The element that an index stands for; negative ones count from the end.
  func position(_ index: ScriptValue, in count: Int) throws(ChainError) -> Int {
    guard let index = index.whole.flatMap({ Int(exactly: $0) }) else {
      throw error(expected: "a whole number as index", found: index.kind)
    }
    guard (-count..<count).contains(index) else {
      throw error(expected: "an index below \(count)", found: "\(index)")
    }
    return index < 0 ? index + count : index
  }

  /// The range of a slice; bounds outside are moved to the ends.
  func bounds(_ from: ScriptValue?, _ to: ScriptValue?, _ count: Int) throws(ChainError) -> Range<Int> {
    func bound(_ value: ScriptValue?, _ missing: Int) throws(ChainError) -> Int {
      guard let value else { return missing }
      guard let whole = value.whole else { throw error(expected: "whole numbers in a slice", found: value.kind) }
      let limit = Int64(count)
      let clamped = max(min(whole, limit), -limit)
      return Int(clamped < 0 ? clamped + limit : clamped)
    }
    let lower = try bound(from, 0)
    return lower..<max(try bound(to, count), lower)
  }

  func key(_ value: ScriptValue) throws(ChainError) -> ScriptDictionary.Key {
    if case .string(let text) = value { try count(text.utf8.count / 64) }
    guard let key = ScriptDictionary.Key(value) else {
      throw error(expected: "a text or a number as key", found: value.kind)
    }
    return key
  }

  func element(_ index: ScriptValue, of owner: ScriptValue) throws(ChainError) -> ScriptValue {
    switch owner {
    case .list(let list): return list.elements[try position(index, in: list.elements.count)]
    case .string(let text):
      try count(text.utf8.count / 64)
      let characters = Array(text)
      return .string(String(characters[try position(index, in: characters.count)]))
    case .dictionary(let dictionary):
      guard let value = dictionary[try key(index)] else {
        throw error(expected: "a key of the dictionary", found: try text(of: index))
      }
      return value
    case .none, .boolean, .integer, .number:
      throw error(expected: "a list, a text or a dictionary before [", found: owner.kind)
    }
  }

  /// What a loop goes through.
  func elements(of value: ScriptValue) throws(ChainError) -> [ScriptValue] {
    switch value {
    case .list(let list):
      // A list that is changed while a loop goes through it is copied.
      try count(list.elements.count / 64)
      return list.elements
    case .dictionary(let dictionary):
      try count(dictionary.keys.count / 16)
      return dictionary.keys.map(\.value)
    case .string(let text):
      try allocate(text.utf8.count)
      return text.map { .string(String($0)) }
    case .none, .boolean, .integer, .number: throw error(expected: "a list, a text or a dictionary", found: value.kind)
    }
  }

  func negative(_ value: ScriptValue) throws(ChainError) -> ScriptValue {
    if let whole = value.whole {
      guard whole != .min else { throw overflow }
      return .integer(-whole)
    }
    guard let number = value.double else { throw error(expected: "a number behind -", found: value.kind) }
    return .number(-number)
  }

  private var overflow: ChainError {
    error(
      expected: "whole numbers of at most 64 bits", found: "a greater one", hint: "Use fractions: 1.0 in place of 1.")
  }

  func arithmetic(
    _ sign: ScriptOperator, _ left: ScriptValue, _ right: ScriptValue
  ) throws(ChainError) -> ScriptValue {
    if let one = left.whole, let other = right.whole, sign != .divide { return try whole(sign, one, other) }
    if let one = left.double, let other = right.double { return try number(sign, one, other) }
    switch (sign, left, right) {
    case (.plus, .string(let one), .string(let other)):
      try allocate(one.utf8.count + other.utf8.count)
      return .string(one + other)
    case (.plus, .list(let one), .list(let other)):
      return try makeList(one.elements + other.elements)
    case (.times, .string(let text), _):
      guard let times = right.whole else { break }
      return .string(String(repeating: text, count: try repetitions(times, text.utf8.count)))
    case (.times, .list(let list), _):
      guard let times = right.whole else { break }
      let count = try repetitions(times, list.elements.count)
      return try makeList(Array(repeatElement(list.elements, count: count).joined()))
    default: break
    }
    throw error(expected: "values that \(sign.rawValue) can join", found: "\(left.kind) and \(right.kind)")
  }

  /// How often something is repeated, once there is room for all of it.
  private func repetitions(_ times: Int64, _ size: Int) throws(ChainError) -> Int {
    guard times > 0, size > 0 else { return 0 }
    let (total, overflow) = size.multipliedReportingOverflow(by: Int(clamping: times))
    try allocate(overflow ? Int.max : total)
    return Int(clamping: times)
  }

  private func whole(_ sign: ScriptOperator, _ one: Int64, _ other: Int64) throws(ChainError) -> ScriptValue {
    func checked(_ result: (partialValue: Int64, overflow: Bool)) throws(ChainError) -> ScriptValue {
      guard !result.overflow else { throw overflow }
      return .integer(result.partialValue)
    }
    switch sign {
    case .plus: return try checked(one.addingReportingOverflow(other))
    case .minus: return try checked(one.subtractingReportingOverflow(other))
    case .times: return try checked(one.multipliedReportingOverflow(by: other))
    case .divide: return try number(.divide, Double(one), Double(other))
    case .floor, .modulo:
      guard other != 0 else { throw error(expected: "a divisor that is not 0", found: "0") }
      let (quotient, isOver) = one.dividedReportingOverflow(by: other)
      guard !isOver else { throw overflow }
      let rest = one - quotient * other
      // Python rounds down, so that the remainder has the sign of the divisor.
      let isOff = rest != 0 && (rest < 0) != (other < 0)
      return .integer(sign == .floor ? quotient - (isOff ? 1 : 0) : rest + (isOff ? other : 0))
    case .power:
      guard other >= 0 else { return try number(.power, Double(one), Double(other)) }
      var result: Int64 = 1
      // Beyond 64 factors only 0, 1 and -1 stay within 64 bits.
      let factors = (-1...1).contains(one) ? other & 1 + 2 * (other > 1 ? 1 : 0) : other
      guard factors <= 64 else { throw overflow }
      for _ in 0..<factors {
        let (product, isOver) = result.multipliedReportingOverflow(by: one)
        guard !isOver else { throw overflow }
        result = product
      }
      return .integer(result)
    }
  }

  private func number(_ sign: ScriptOperator, _ one: Double, _ other: Double) throws(ChainError) -> ScriptValue {
    func divisor() throws(ChainError) -> Double {
      guard other != 0 else { throw error(expected: "a divisor that is not 0", found: "0") }
      return other
    }
    let result: Double
    switch sign {
    case .plus: result = one + other
    case .minus: result = one - other
    case .times: result = one * other
    case .divide: result = one / (try divisor())
    case .floor: result = (one / (try divisor())).rounded(.down)
    case .modulo: result = one - (one / (try divisor())).rounded(.down) * other
    case .power: result = pow(one, other)
    }
    guard !result.isNaN else { throw error(expected: "a result that is a number", found: "none") }
    return .number(result)
  }

  func compare(
    _ left: ScriptValue, _ comparison: ScriptComparison, _ right: ScriptValue
  ) throws(ChainError) -> Bool {
    switch comparison {
    case .equal: return try areEqual(left, right, depth: 0)
    case .unequal: return try !areEqual(left, right, depth: 0)
    case .less: return try isLess(left, right)
    case .greater: return try isLess(right, left)
    case .lessOrEqual: return try !isLess(right, left)
    case .greaterOrEqual: return try !isLess(left, right)
    case .contained: return try contains(right, left)
    case .notContained: return try !contains(right, left)
    }
  }

  func areEqual(_ left: ScriptValue, _ right: ScriptValue, depth: Int) throws(ChainError) -> Bool {
    try count()
    guard depth < 32 else { throw error(expected: "values at most 32 deep in each other") }
    if let one = left.whole, let other = right.whole { return one == other }
    if let one = left.double, let other = right.double { return one == other }
    switch (left, right) {
    case (.none, .none): return true
    case (.string(let one), .string(let other)):
      try count(min(one.utf8.count, other.utf8.count) / 64)
      return one == other
    case (.list(let one), .list(let other)):
      guard one.elements.count == other.elements.count else { return false }
      for (one, other) in zip(one.elements, other.elements)
      where try !areEqual(one, other, depth: depth + 1) {
        return false
      }
      return true
    case (.dictionary(let one), .dictionary(let other)):
      guard one.keys.count == other.keys.count else { return false }
      for key in one.keys {
        guard let value = one[key], let partner = other[key], try areEqual(value, partner, depth: depth + 1) else {
          return false
        }
      }
      return true
    default: return false
    }
  }

  func isLess(_ left: ScriptValue, _ right: ScriptValue) throws(ChainError) -> Bool {
    try count()
    if let one = left.whole, let other = right.whole { return one < other }
    if let one = left.double, let other = right.double { return one < other }
    switch (left, right) {
    case (.string(let one), .string(let other)):
      try count(min(one.utf8.count, other.utf8.count) / 64)
      // By scalars, as Python does, and not by a language's rules.
      return one.unicodeScalars.lexicographicallyPrecedes(other.unicodeScalars)
    case (.list(let one), .list(let other)):
      for (one, other) in zip(one.elements, other.elements) {
        if case .list = one { throw error(expected: "lists of numbers or texts to compare") }
        if try areEqual(one, other, depth: 0) { continue }
        return try isLess(one, other)
      }
      return one.elements.count < other.elements.count
    default: throw error(expected: "values of one kind to compare", found: "\(left.kind) and \(right.kind)")
    }
  }

  private func contains(_ whole: ScriptValue, _ part: ScriptValue) throws(ChainError) -> Bool {
    switch whole {
    case .dictionary(let dictionary): return dictionary[try key(part)] != nil
    case .string(let text):
      guard case .string(let piece) = part else { throw error(expected: "a text before in", found: part.kind) }
      try count((text.utf8.count + piece.utf8.count) / 16)
      return piece.isEmpty || !ScriptSearch(piece).places(in: Array(text.utf8), most: 1).isEmpty
    case .list(let list):
      for element in list.elements where try areEqual(element, part, depth: 0) { return true }
      return false
    case .none, .boolean, .integer, .number:
      throw error(expected: "a list, a text or a dictionary behind in", found: whole.kind)
    }
  }

  /// The value as `print` shows it.
  func text(of value: ScriptValue) throws(ChainError) -> String {
    if case .string(let text) = value { return text }
    return try written(value, depth: 0)
  }

  /// The value as it stands inside a list: texts in quotes.
  private func written(_ value: ScriptValue, depth: Int) throws(ChainError) -> String {
    try count()
    guard depth < 16 else { return "…" }
    switch value {
    case .none: return "None"
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return String(value)
    case .number(let value): return value == value.rounded() && abs(value) < 1e16 ? "\(Int64(value)).0" : "\(value)"
    case .string(let text):
      try allocate(text.utf8.count)
      let escaped = text.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: "\\n")
      return "'\(escaped)'"
    case .list(let list):
      var parts: [String] = []
      for element in list.elements { parts.append(try written(element, depth: depth + 1)) }
      try allocate(parts.reduce(0) { $0 + $1.utf8.count + 2 })
      return "[" + parts.joined(separator: ", ") + "]"
    case .dictionary(let dictionary):
      var parts: [String] = []
      for key in dictionary.keys {
        guard let value = dictionary[key] else { continue }
        parts.append(try written(key.value, depth: depth + 1) + ": " + written(value, depth: depth + 1))
      }
      try allocate(parts.reduce(0) { $0 + $1.utf8.count + 2 })
      return "{" + parts.joined(separator: ", ") + "}"
    }
  }
}
