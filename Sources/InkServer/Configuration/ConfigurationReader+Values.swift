import Yams

extension ConfigurationReader {
  /// Text. A number or `true` has to be quoted to be one, so that a slip is noticed.
  mutating func text(_ name: String) throws(ConfigurationError) -> String? {
    guard let node = node(name) else { return nil }
    return try text(name, node)
  }

  private func text(_ name: String, _ node: Node) throws(ConfigurationError) -> String {
    guard case .scalar(let scalar) = node else { throw error(name, at: node, expected: "text") }
    guard node.kind == .text else {
      throw error(name, at: node, expected: "text", hint: "Put it in quotation marks if it is meant as text.")
    }
    guard !scalar.string.isEmpty else { throw error(name, at: node, expected: "text that is not empty") }
    return scalar.string
  }

  /// Text that must be there.
  mutating func requiredText(_ name: String) throws(ConfigurationError) -> String {
    guard let text = try text(name) else { throw error(name, expected: "text", found: "nothing") }
    return text
  }

  /// A list of texts, or a single one.
  mutating func texts(_ name: String) throws(ConfigurationError) -> [String]? {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else { return [try text(name, node)] }
    var texts: [String] = []
    for element in sequence { texts.append(try text(name, element)) }
    return texts
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
    guard let node = node(name) else { return nil }
    let bounds =
      range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    guard node.kind == .number, case .scalar(let scalar) = node, let value = Int(scalar.string), range.contains(value)
    else {
      throw error(name, at: node, expected: "a whole number, \(bounds)")
    }
    return value
  }

  mutating func number(_ name: String, in range: ClosedRange<Float>) throws(ConfigurationError) -> Float? {
    guard let node = node(name) else { return nil }
    guard node.kind == .number, case .scalar(let scalar) = node, let value = Float(scalar.string), range.contains(value)
    else {
      let bounds =
        range.upperBound == .greatestFiniteMagnitude
        ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
      throw error(name, at: node, expected: "a number, \(bounds)")
    }
    return value
  }

  mutating func boolean(_ name: String) throws(ConfigurationError) -> Bool? {
    guard let node = node(name) else { return nil }
    guard case .boolean(let value)? = node.kind else { throw error(name, at: node, expected: "true or false") }
    return value
  }

  /// One of the words of an enum.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type
  ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
    guard let node = node(name) else { return nil }
    return try choice(name, node, of: type)
  }

  /// Some of the words of an enum, as a list or a single one.
  mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ name: String, of type: Choice.Type
  ) throws(ConfigurationError) -> Set<Choice>? where Choice.RawValue == String {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else { return [try choice(name, node, of: type)] }
    var choices: Set<Choice> = []
    for element in sequence { choices.insert(try choice(name, element, of: type)) }
    guard !choices.isEmpty else { throw error(name, at: node, expected: "at least one word") }
    return choices
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ node: Node, of type: Choice.Type
  ) throws(ConfigurationError) -> Choice where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    guard case .scalar(let scalar) = node, let choice = Choice(rawValue: scalar.string) else {
      let nearest = node.scalar.flatMap { NearestName.of($0.string, among: words) }
      throw error(
        name, at: node, expected: "one of \(words.joined(separator: ", "))",
        hint: nearest.map { "Did you mean \($0)?" } ?? "")
    }
    return choice
  }

  /// A time with its unit: `250ms`, `30s`, `15m`, `2h`, `1d`.
  mutating func duration(_ name: String) throws(ConfigurationError) -> Duration? {
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
    let expected = "a time with its unit, such as 250ms, 30s, 15m or 2h"
    guard let (value, node) = try quantity(name, units: units, expected: expected) else { return nil }
    guard value > 0, value <= 86400 * 3650 else { throw error(name, at: node, expected: expected) }
    return .milliseconds(Int64((value * 1000).rounded()))
  }

  /// Bytes with their unit: `512MiB`, `12GiB`, `8GB`.
  mutating func byteCount(_ name: String) throws(ConfigurationError) -> Int? {
    let units: [(String, Double)] = [
      ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30), ("TiB", 0x1p40), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9),
      ("TB", 1e12), ("B", 1),
    ]
    let expected = "a size with its unit, such as 512MiB or 12GiB"
    guard let (value, node) = try quantity(name, units: units, expected: expected) else { return nil }
    guard value >= 1, value <= 0x1p50 else { throw error(name, at: node, expected: expected) }
    return Int(value)
  }

  private mutating func quantity(
    _ name: String, units: [(String, Double)], expected: String
  ) throws(ConfigurationError) -> (Double, Node)? {
    guard let node = node(name) else { return nil }
    guard case .scalar(let scalar) = node else { throw error(name, at: node, expected: expected) }
    let digits = scalar.string.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let word = scalar.string.dropFirst(digits.count).drop { $0 == " " }
    guard let unit = units.first(where: { $0.0 == word }), let value = Double(digits), value.isFinite else {
      throw error(name, at: node, expected: expected)
    }
    return (value * unit.1, node)
  }

  /// A mapping inside this one.
  mutating func part(_ name: String) throws(ConfigurationError) -> ConfigurationReader? {
    guard let node = node(name) else { return nil }
    return try ConfigurationReader(node, file: file, path: place(of: name))
  }

  /// A list of mappings.
  mutating func parts(_ name: String) throws(ConfigurationError) -> [ConfigurationReader]? {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else { throw error(name, at: node, expected: "a list") }
    var readers: [ConfigurationReader] = []
    for (index, element) in sequence.enumerated() {
      readers.append(try ConfigurationReader(element, file: file, path: "\(place(of: name))[\(index)]"))
    }
    return readers
  }
}
