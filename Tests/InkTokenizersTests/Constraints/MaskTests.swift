import InkTokenizers
import Testing

@Suite("Token masks")
struct MaskTests {
  /// Tokens of one to several characters, of parts of characters and of all single bytes, with an end token behind them.
  static let tokens: [[UInt8]] = {
    var tokens: [[UInt8]] = []
    for text in ["a", "b", "ab", "ba", "aab", "é", "中", "中a", "a中", "😀", "😀😀", "bé中"] {
      tokens.append(Array(text.utf8))
    }
    let emoji = Array("😀".utf8)
    let han = Array("中".utf8)
    tokens += [Array(emoji[..<2]), Array(emoji[1..<3]), Array(emoji[2...])]
    tokens += [Array(han[1...]), Array(han[2...]) + [0x61], [0x62] + han[..<2]]
    tokens += (UInt8.min...UInt8.max).map { [$0] }
    tokens.append([])
    return tokens
  }()

  /// The bytes of the characters that the languages are made of.
  static let bytes = Set(Array("abé中😀".utf8))

  static let end = TokenID(tokens.count - 1)

  /// Walks through every text of tokens up to a length and compares masks with what a reference says.
  static func compare(
    _ grammar: Grammar, steps: Int, allows: ([UInt8]) -> Bool, matches: ([UInt8]) -> Bool
  ) throws -> Int {
    let table = TokenTable(tokens: tokens)
    let first = try TokenConstraint(grammar, table: table, endTokens: [end])
    var waiting: [(constraint: TokenConstraint, text: [UInt8], steps: Int)] = [(first, [], steps)]
    var compared = 0
    while let (constraint, text, left) = waiting.popLast() {
      var constraint = constraint
      let isComplete = matches(text)
      #expect(constraint.isComplete == isComplete, "\(text)")
      let continues = tokens.contains { !$0.isEmpty && allows(text + $0) }
      guard continues || isComplete else { continue }
      let mask = try constraint.mask()
      #expect(mask.contains(end) == isComplete)
      for (id, token) in tokens.enumerated() where !token.isEmpty {
        // Most single bytes never occur; a few of them are enough to show that they are not permitted.
        if token.count == 1, id % 16 != 0, !Self.bytes.contains(token[0]) { continue }
        let isAllowed = allows(text + token)
        compared += 1
        #expect(mask.contains(TokenID(id)) == isAllowed, "\(text) and then \(token)")
        var next = constraint
        if isAllowed {
          try next.accept(TokenID(id))
          if left > 1 { waiting.append((next, text + token, left - 1)) }
        } else {
          #expect(throws: GrammarError.self) { try next.accept(TokenID(id)) }
          #expect(next.isComplete == isComplete)
        }
      }
    }
    return compared
  }

  @Test("a token is permitted exactly if the text with it begins a text of the language")
  func goldenRule() throws {
    var random = DamagedFileTests.SplitMix(state: 1)
    var compared = 0
    for round in 0..<120 {
      let language = ReferenceLanguage.random(depth: 4, using: &random)
      let grammar =
        round % 2 == 0
        ? try Grammar(regularExpression: language.expression) : try Grammar(gbnf: "root ::= \(language.gbnf)")
      compared += try Self.compare(
        grammar, steps: 2, allows: { language.allows(prefix: $0) },
        matches: { bytes in String(validating: bytes, as: UTF8.self).map { language.matches($0) } ?? false })
    }
    #expect(compared > 5000)
  }

  @Test("recursive rules are followed to any depth")
  func recursion() throws {
    let grammar = try Grammar(gbnf: "root ::= \"a\" root \"b\" | \"a\" root \"中\" | \"é\"")
    func allows(_ bytes: [UInt8]) -> Bool {
      // a^n é (b|中)^n
      let han = Array("中".utf8)
      let count = bytes.prefix { $0 == 0x61 }.count
      var rest = bytes.dropFirst(count)
      guard !rest.isEmpty else { return true }
      for byte in Array("é".utf8) {
        guard rest.first == byte else { return rest.isEmpty }
        rest = rest.dropFirst()
      }
      var closed = 0
      while !rest.isEmpty {
        closed += 1
        if rest.first == 0x62 {
          rest = rest.dropFirst()
        } else if rest.starts(with: han) {
          rest = rest.dropFirst(3)
        } else {
          guard han.starts(with: rest) else { return false }
          break
        }
      }
      return closed <= count
    }
    func matches(_ bytes: [UInt8]) -> Bool {
      guard allows(bytes), let text = String(validating: bytes, as: UTF8.self), text.contains("é") else { return false }
      return text.count { $0 == "a" } * 2 + 1 == text.count
    }
    let compared = try Self.compare(grammar, steps: 4, allows: allows, matches: matches)
    #expect(compared > 1000)
  }

  @Test("a mask permits what is asked of it and nothing beyond the vocabulary")
  func maskBits() throws {
    let table = TokenTable(tokens: Self.tokens)
    var constraint = try TokenConstraint(Grammar(choices: ["ab", "b"]), table: table, endTokens: [Self.end])
    let mask = try constraint.mask()
    #expect(mask.ids.map { Self.tokens[Int($0)] } == [[0x61], [0x62], [0x61, 0x62], [0x61], [0x62]])
    #expect(mask.count == 5)
    #expect(!mask.contains(-1))
    #expect(!mask.contains(TokenID(table.vocabularySize)))
    #expect(mask.words.count == (Self.tokens.count + 63) / 64)
    try constraint.accept(2)
    #expect(constraint.isFinished)
    #expect(try constraint.mask().ids == [Self.end])
    try constraint.accept(Self.end)
    #expect(throws: GrammarError.self) { try constraint.accept(0) }
  }

  @Test("an end token is refused where the answer is not complete")
  func earlyEnd() throws {
    var constraint = try TokenConstraint(
      Grammar(choices: ["ab"]), table: TokenTable(tokens: Self.tokens), endTokens: [Self.end])
    let error = #expect(throws: GrammarError.self) { try constraint.accept(Self.end) }
    #expect(error?.code == .forbiddenToken)
  }

  @Test("copies go their own ways")
  func snapshots() throws {
    var first = try TokenConstraint(
      Grammar(choices: ["aab", "ba"]), table: TokenTable(tokens: Self.tokens), endTokens: [Self.end])
    let before = first
    try first.accept(0)
    var second = before
    try second.accept(1)
    #expect(try first.mask().ids.map { Self.tokens[Int($0)] } == [[0x61], [0x61, 0x62], [0x61]])
    #expect(try second.mask().ids.map { Self.tokens[Int($0)] } == [[0x61], [0x61]])
    var third = try first.restarted()
    #expect(
      try third.mask()
        == (try {
          var copy = before; return try copy.mask()
        }()))
  }
}
