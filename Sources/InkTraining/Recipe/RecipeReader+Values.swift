import InkFormats
import Yams

extension RecipeReader {
  /// Text. A number or `true` has to be quoted to be one, so that a slip is noticed.
  mutating func text(_ name: String) throws(TrainingError) -> String? {
    guard let node = node(name) else { return nil }
    return try text(name, node)
  }

  private func text(_ name: String, _ node: Node) throws(TrainingError) -> String {
    guard case .scalar(let scalar) = node, node.isText, !scalar.string.isEmpty else {
      throw error(name, at: node, expected: "text", hint: "Put it in quotation marks if it is meant as text.")
    }
    return scalar.string
  }

  /// A list of texts, or a single one.
  mutating func texts(_ name: String) throws(TrainingError) -> [String]? {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else { return [try text(name, node)] }
    var texts: [String] = []
    for element in sequence { texts.append(try text(name, element)) }
    return texts
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int> = 1...Int(Int32.max)) throws(TrainingError) -> Int? {
    guard let node = node(name) else { return nil }
    guard node.isNumber, case .scalar(let scalar) = node,
      let value = Int(scalar.string.replacing("_", with: "")), range.contains(value)
    else { throw error(name, at: node, expected: "a whole number, \(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  mutating func number(_ name: String, in range: ClosedRange<Double>) throws(TrainingError) -> Double? {
    guard let node = node(name) else { return nil }
    return try number(name, node, in: range)
  }

  private func number(_ name: String, _ node: Node, in range: ClosedRange<Double>) throws(TrainingError) -> Double {
    // YAML 1.1 takes 1e-3 for text, people take it for a number.
    guard case .scalar(let scalar) = node, let value = Double(scalar.string), value.isFinite, range.contains(value)
    else { throw error(name, at: node, expected: "a number, \(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  mutating func numbers(_ name: String, count: Int, in range: ClosedRange<Double>) throws(TrainingError) -> [Double]? {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node, sequence.count == count else {
      throw error(name, at: node, expected: "a list of \(count) numbers")
    }
    var numbers: [Double] = []
    for element in sequence { numbers.append(try number(name, element, in: range)) }
    return numbers
  }

  /// As ``number(_:in:)``, in single precision.
  mutating func float(_ name: String, in range: ClosedRange<Double>) throws(TrainingError) -> Float? {
    try number(name, in: range).map { Float($0) }
  }

  mutating func boolean(_ name: String) throws(TrainingError) -> Bool? {
    guard let node = node(name) else { return nil }
    guard node.isBoolean, let value = node.bool else { throw error(name, at: node, expected: "true or false") }
    return value
  }

  /// One of the words of an enum.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, of type: Choice.Type
  ) throws(TrainingError) -> Choice? where Choice.RawValue == String {
    guard let node = node(name) else { return nil }
    return try choice(name, node, of: type)
  }

  private func choice<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ node: Node, of type: Choice.Type
  ) throws(TrainingError) -> Choice where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    guard case .scalar(let scalar) = node, let choice = Choice(rawValue: scalar.string) else {
      let nearest = node.scalar.flatMap { NameDistance.nearest(to: $0.string, among: words) }
      throw error(
        name, at: node, expected: "one of \(words.joined(separator: ", "))",
        hint: nearest.map { "Did you mean \($0)?" } ?? "")
    }
    return choice
  }

  /// Some of the words of an enum, as a list or a single one.
  mutating func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
    _ name: String, of type: Choice.Type
  ) throws(TrainingError) -> Set<Choice>? where Choice.RawValue == String {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else { return [try choice(name, node, of: type)] }
    var choices: Set<Choice> = []
    for element in sequence { choices.insert(try choice(name, element, of: type)) }
    return choices
  }

  /// Names with texts.
  mutating func dictionary(_ name: String) throws(TrainingError) -> [String: String]? {
    guard var part = try part(name) else { return nil }
    var result: [String: String] = [:]
    for key in part.names { result[key] = try part.text(key) }
    return result
  }

  /// A mapping inside this one.
  mutating func part(_ name: String) throws(TrainingError) -> RecipeReader? {
    guard let node = node(name) else { return nil }
    return try RecipeReader(node, origin, path: place(of: name))
  }

  /// A list of mappings, or a single one.
  mutating func parts(_ name: String) throws(TrainingError) -> [RecipeReader]? {
    guard let node = node(name) else { return nil }
    guard case .sequence(let sequence) = node else {
      return [try RecipeReader(node, origin, path: place(of: name))]
    }
    var readers: [RecipeReader] = []
    for (index, element) in sequence.enumerated() {
      readers.append(try RecipeReader(element, origin, path: "\(place(of: name))[\(index)]"))
    }
    return readers
  }

  /// A value as JSON: the configuration of a model.
  mutating func json(_ name: String) throws(TrainingError) -> JSONTree? {
    guard let node = node(name) else { return nil }
    // Aliases can make a short text a very large tree.
    var room = 100_000
    return try json(name, node, depth: 0, &room)
  }

  private func json(_ name: String, _ node: Node, depth: Int, _ room: inout Int) throws(TrainingError) -> JSONTree {
    room -= 1
    guard depth < 32, room > 0 else { throw error(name, at: node, expected: "at most 32 levels and 100,000 values") }
    switch node {
    case .scalar(let scalar):
      if node.isNull { return .null }
      if node.isBoolean { return .bool(node.bool ?? false) }
      if let number = Double(scalar.string), number.isFinite, scalar.style == .plain || scalar.style == .any {
        return .number(Int(scalar.string).map(String.init) ?? String(number))
      }
      return .string(scalar.string)
    case .sequence(let sequence):
      var elements: [JSONTree] = []
      for element in sequence { elements.append(try json(name, element, depth: depth + 1, &room)) }
      return .array(elements)
    case .mapping(let mapping):
      var object = JSONObject()
      for (key, value) in mapping {
        guard case .scalar(let scalar) = key else { throw error(name, at: key, expected: "a name") }
        object[scalar.string] = try json(name, value, depth: depth + 1, &room)
      }
      return .object(object)
    case .alias: throw error(name, at: node, expected: "a value")
    }
  }
}
