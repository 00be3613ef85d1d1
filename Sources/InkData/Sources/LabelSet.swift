/// The classes that a classifier tells apart, each with its number.
public struct LabelSet: Sendable, Hashable {
  /// The names; a class's place is its number.
  public let names: [String]
  private let numbers: [String: Int]

  /// - Throws: `DataError` for fewer than two classes and for a name that comes twice.
  public init(names: [String]) throws(DataError) {
    var numbers: [String: Int] = [:]
    for (number, name) in names.enumerated() { numbers[name] = number }
    guard names.count >= 2, numbers.count == names.count else {
      throw DataError(
        .invalidSetting, context: "classes", expected: "at least two different names",
        found: names.isEmpty ? "none" : names.joined(separator: ", "))
    }
    self.names = names
    self.numbers = numbers
  }

  /// The classes that data sets use: their names in order (those of whole numbers by value), or, where labels are
  /// numbers, as many as the largest says.
  /// - Throws: `DataError` for data without classes, or with names and numbers both.
  public static func collected(from datasets: [Dataset]) throws(DataError) -> LabelSet {
    var names: Set<String> = []
    var largest = -1
    for dataset in datasets {
      for index in 0..<dataset.count {
        for label in classes(of: try dataset.example(at: index)) {
          switch label {
          case .name(let name): names.insert(name)
          case .number(let number): largest = max(largest, number)
          }
        }
        // A list with a place for every number up to a stray one would not fit into memory.
        guard largest < Self.mostNumbered, names.isEmpty || largest < 0 else {
          throw DataError(
            .invalidRecord, context: "\(dataset.origin(at: index))",
            expected: "names, or numbers below \(Self.mostNumbered), as labels throughout",
            found: names.isEmpty ? "\(largest)" : "both names and numbers", hint: "List the classes.")
        }
      }
    }
    if largest >= 0 { return try LabelSet(names: (0...largest).map(String.init)) }
    let numbered = names.compactMap { name in Int(name).map { (number: $0, name: name) } }
    if numbered.count == names.count {
      return try LabelSet(names: numbered.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name))
    }
    return try LabelSet(names: names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
  }

  private static let mostNumbered = 1_000_000

  private static func classes(of example: Example) -> [ClassName] {
    switch example {
    case .labelled(let text):
      switch text.label {
      case .oneOf(let name): [name]
      case .score: []
      }
    case .tagged(let words): words.tags
    case .text, .conversation, .completion, .related, .preference: []
    }
  }

  /// The number of a class.
  /// - Throws: `DataError` for a class that is not in the list.
  func number(of label: ClassName, draw: ExampleDraw) throws(DataError) -> Int32 {
    switch label {
    case .name(let name):
      if let number = numbers[name] { return Int32(truncatingIfNeeded: number) }
    case .number(let number):
      if names.indices.contains(number) { return Int32(truncatingIfNeeded: number) }
    }
    throw draw.fault(
      .invalidRecord, expected: "one of the classes \(names.prefix(20).joined(separator: ", "))", found: "\(label)")
  }
}
