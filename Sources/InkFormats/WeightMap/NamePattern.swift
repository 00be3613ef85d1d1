/// A tensor name with `*` for numbers.
struct NamePattern: Hashable {
  private let pieces: [[UInt8]]
  let text: String

  init(_ text: String) {
    self.text = text
    pieces = text.utf8.split(separator: 0x2a, omittingEmptySubsequences: false).map(Array.init)
  }

  /// The number of `*`.
  var wildcardCount: Int { pieces.count - 1 }

  /// The numbers that the wildcards stand for, or nil when the name is another one. Numbers are written without
  /// leading zeros, so that a name can be made again from them.
  func match(_ name: [UInt8]) -> [Int]? {
    var numbers: [Int] = []
    var position = 0
    for (index, piece) in pieces.enumerated() {
      if index > 0 {
        let start = position
        while position < name.count, (0x30...0x39).contains(name[position]) { position += 1 }
        guard position > start, position - start <= 9, position - start == 1 || name[start] != 0x30 else { return nil }
        numbers.append(name[start..<position].reduce(0) { $0 * 10 + Int($1 - 0x30) })
      }
      guard name.count - position >= piece.count, name[position..<position + piece.count].elementsEqual(piece) else {
        return nil
      }
      position += piece.count
    }
    return position == name.count ? numbers : nil
  }

  /// The name for given numbers; more numbers than wildcards are left over.
  func name(_ numbers: [Int]) -> String {
    var bytes = pieces[0]
    for (piece, number) in zip(pieces.dropFirst(), numbers) {
      bytes.append(contentsOf: String(number).utf8)
      bytes.append(contentsOf: piece)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Replaces the braces of several patterns together: group by group, alternative by alternative.
  ///
  /// - Returns: the combinations, each with as many patterns as were given; nil when the patterns have different
  ///   groups.
  static func expandingBraces(_ texts: [String]) -> [[NamePattern]]? {
    let parsed = texts.map(groups)
    let sizes = parsed.map { $0.alternatives.map(\.count) }
    let shared = sizes.first { !$0.isEmpty } ?? []
    guard sizes.allSatisfy({ $0.isEmpty || $0 == shared }) else { return nil }
    var choices: [[Int]] = [[]]
    for size in shared { choices = choices.flatMap { choice in (0..<size).map { choice + [$0] } } }
    return choices.map { choice in
      parsed.map { literals, alternatives in
        var text = literals[0]
        for (index, group) in alternatives.enumerated() { text += group[choice[index]] + literals[index + 1] }
        return NamePattern(text)
      }
    }
  }

  private static func groups(_ text: String) -> (literals: [String], alternatives: [[String]]) {
    var literals: [String] = []
    var alternatives: [[String]] = []
    var rest = Substring(text)
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      literals.append(String(rest[..<open]))
      let inside = rest[rest.index(after: open)..<close]
      alternatives.append(inside.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
      rest = rest[rest.index(after: close)...]
    }
    literals.append(String(rest))
    return (literals, alternatives)
  }
}
