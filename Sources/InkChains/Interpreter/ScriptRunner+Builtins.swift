import Foundation

extension ScriptRunner {
  /// The functions that every program has.
  func builtin(_ name: String, _ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue {
    func wrong() -> ChainError {
      error(
        expected: "a known function with the right arguments",
        found: "\(name)(\(arguments.map(\.kind).joined(separator: ", ")))")
    }
    switch (name, arguments.count) {
    case ("print", _):
      try print(arguments)
      return .none
    case ("len", 1): return .integer(Int64(try length(arguments[0])))
    case ("range", 1...3): return try range(arguments)
    case ("str", 1): return try makeString(try text(of: arguments[0]))
    case ("format", 2): return try format(arguments[0], arguments[1])
    case ("bool", 1): return .boolean(arguments[0].isTrue)
    case ("int", 1): return try integer(arguments[0])
    case ("float", 1):
      if case .string(let text) = arguments[0], let value = Double(TextTrimming.trimmed(text)) { return .number(value) }
      guard let value = arguments[0].double else { throw wrong() }
      return .number(value)
    case ("abs", 1):
      guard let value = arguments[0].double else { throw wrong() }
      return value < 0 ? try negative(arguments[0]) : arguments[0]
    case ("round", 1...2): return try round(arguments)
    case ("min", 1...), ("max", 1...):
      let all = arguments.count == 1 ? try elements(of: arguments[0]) : arguments
      guard var best = all.first else { throw error(expected: "at least one value", found: "none") }
      for value in all.dropFirst() where try name == "min" ? isLess(value, best) : isLess(best, value) { best = value }
      return best
    case ("sum", 1):
      var sum = ScriptValue.integer(0)
      for value in try elements(of: arguments[0]) {
        try count()
        sum = try arithmetic(.plus, sum, value)
      }
      return sum
    case ("list", 0): return try makeList([])
    case ("list", 1): return try makeList(try elements(of: arguments[0]))
    case ("sorted", 1): return try makeList(try sorted(try elements(of: arguments[0])))
    case ("reversed", 1): return try makeList(try elements(of: arguments[0]).reversed())
    case ("enumerate", 1):
      var pairs: [ScriptValue] = []
      for (position, value) in try elements(of: arguments[0]).enumerated() {
        pairs.append(try makeList([.integer(Int64(position)), value]))
      }
      return try makeList(pairs)
    default: throw wrong()
    }
  }

  /// A value as text by the specifications `` (as `str`), `.2f` (digits behind the point) and `,` (groups of
  /// thousands).
  private func format(_ value: ScriptValue, _ specification: ScriptValue) throws(ChainError) -> ScriptValue {
    let specification = try text(of: specification)
    if specification.isEmpty { return try makeString(try text(of: value)) }
    if specification == ",", let whole = value.whole {
      var grouped = ""
      for (place, digit) in String(whole.magnitude).reversed().enumerated() {
        if place > 0 && place % 3 == 0 { grouped.append(",") }
        grouped.append(digit)
      }
      return .string((whole < 0 ? "-" : "") + String(grouped.reversed()))
    }
    guard specification.hasPrefix("."), specification.hasSuffix("f"), let number = value.double,
      let digits = Int(specification.dropFirst().dropLast()), (0...15).contains(digits)
    else {
      throw error(expected: "a format such as .2f for a number or , for a whole number", found: "\"\(specification)\"")
    }
    return try makeString(String(format: "%.\(digits)f", number))
  }

  private func length(_ value: ScriptValue) throws(ChainError) -> Int {
    switch value {
    case .string(let text):
      try count(text.utf8.count / 64)
      return text.count
    case .list(let list): return list.elements.count
    case .dictionary(let dictionary): return dictionary.keys.count
    case .none, .boolean, .integer, .number: throw error(expected: "a list, a text or a dictionary", found: value.kind)
    }
  }

  private func range(_ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue {
    var bounds: [Int64] = []
    for argument in arguments {
      guard let bound = argument.whole else { throw error(expected: "whole numbers in range", found: argument.kind) }
      bounds.append(bound)
    }
    let lower = bounds.count == 1 ? 0 : bounds[0]
    let upper = bounds.count == 1 ? bounds[0] : bounds[1]
    let step = bounds.count == 3 ? bounds[2] : 1
    guard step != 0 else { throw error(expected: "a step that is not 0", found: "0") }
    let size = (Double(upper) - Double(lower)) / Double(step)
    try allocate(size > 0 ? Int(min(size.rounded(.up), 1e15)) : 0)
    return try makeList(stride(from: lower, to: upper, by: Int(clamping: step)).map { .integer($0) })
  }

  private func integer(_ value: ScriptValue) throws(ChainError) -> ScriptValue {
    switch value {
    case .string(let text):
      if let whole = Int64(TextTrimming.trimmed(text)) { return .integer(whole) }
    case .number(let number):
      if let whole = Int64(exactly: number.rounded(.towardZero)) { return .integer(whole) }
    case .integer, .boolean: return .integer(value.whole ?? 0)
    case .none, .list, .dictionary: break
    }
    throw error(expected: "a number or a text of digits in int", found: try text(of: value))
  }

  /// Halves go to the even neighbour, as in Python.
  private func round(_ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue {
    if arguments.count == 1, let whole = arguments[0].whole { return .integer(whole) }
    guard let value = arguments[0].double else { throw error(expected: "a number in round", found: arguments[0].kind) }
    guard arguments.count == 2 else {
      guard let whole = Int64(exactly: value.rounded(.toNearestOrEven)) else {
        throw error(expected: "a number of at most 64 bits", found: "\(value)")
      }
      return .integer(whole)
    }
    guard let digits = arguments[1].whole, (0...15).contains(digits) else {
      throw error(expected: "0 to 15 digits in round", found: try text(of: arguments[1]))
    }
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = value * scale
    return .number(scaled.isFinite ? scaled.rounded(.toNearestOrEven) / scale : value)
  }

  /// A stable merge sort, because comparing can fail: sorted runs of 1, 2, 4 … elements side by side become runs of
  /// twice the length.
  func sorted(_ values: [ScriptValue]) throws(ChainError) -> [ScriptValue] {
    var sorted = values
    var width = 1
    while width < sorted.count {
      var merged: [ScriptValue] = []
      merged.reserveCapacity(sorted.count)
      for start in stride(from: 0, to: sorted.count, by: 2 * width) {
        let middle = min(start + width, sorted.count)
        try merge(sorted[start..<middle], sorted[middle..<min(middle + width, sorted.count)], into: &merged)
      }
      sorted = merged
      width *= 2
    }
    return sorted
  }

  private func merge(
    _ one: ArraySlice<ScriptValue>, _ other: ArraySlice<ScriptValue>, into merged: inout [ScriptValue]
  ) throws(ChainError) {
    var (left, right) = (one.startIndex, other.startIndex)
    while left < one.endIndex, right < other.endIndex {
      if try isLess(other[right], one[left]) {
        merged.append(other[right])
        right += 1
      } else {
        merged.append(one[left])
        left += 1
      }
    }
    merged += one[left...]
    merged += other[right...]
  }
}
