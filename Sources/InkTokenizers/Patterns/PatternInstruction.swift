/// One step of a compiled expression.
enum PatternInstruction: Sendable {
  /// Takes one character of a set.
  case character(Int)
  /// Takes a run of one set; `most` is `Int.max` without limit.
  case run(set: Int, least: Int, most: Int, PatternNode.Quantifier)
  /// Goes on at the first place and comes back to the second if that fails.
  case branch(Int, Int)
  case jump(Int)
  /// Goes on at the place unless the text has not moved since the loop's mark.
  case loop(Int, mark: Int)
  case mark(Int)
  /// Matches the instructions up to `end` on their own; the text position is kept only by `.atomic`.
  case group(end: Int, GroupKind)
  case textStart
  case textEnd
  case matched

  enum GroupKind: Sendable { case atomic, ahead, notAhead }
}

/// Turns the tree of an expression into instructions.
struct PatternCompiler {
  private(set) var instructions: [PatternInstruction] = []
  private(set) var sets: [CharacterMatcher] = []
  private(set) var markCount = 0

  private static let instructionLimit = 20_000

  mutating func compile(_ node: PatternNode, source: String) throws(TokenizerError) {
    try emit(node, source)
    instructions.append(.matched)
  }

  private mutating func emit(_ node: PatternNode, _ source: String) throws(TokenizerError) {
    if instructions.count > Self.instructionLimit {
      throw TokenizerError(
        .invalidPattern, in: "the expression \(source)", expected: "at most \(Self.instructionLimit) steps",
        found: "more", hint: "Shorten its counted repetitions.")
    }
    switch node {
    case .empty: break
    case .characters(let matcher): instructions.append(.character(index(of: matcher)))
    case .sequence(let nodes):
      for node in nodes { try emit(node, source) }
    case .alternatives(let nodes): try emitAlternatives(nodes, source)
    case .repetition(let node, let least, let most, let quantifier):
      try emitRepetition(node, least, most, quantifier, source)
    case .lookahead(let node, let expectation):
      try emitGroup(node, expectation == .present ? .ahead : .notAhead, source)
    case .atomic(let node): try emitGroup(node, .atomic, source)
    case .textStart: instructions.append(.textStart)
    case .textEnd: instructions.append(.textEnd)
    }
  }

  private mutating func index(of matcher: CharacterMatcher) -> Int {
    if let index = sets.firstIndex(of: matcher) { return index }
    sets.append(matcher)
    return sets.count - 1
  }

  private mutating func emitGroup(
    _ node: PatternNode, _ kind: PatternInstruction.GroupKind, _ source: String
  ) throws(TokenizerError) {
    let start = instructions.count
    instructions.append(.matched)
    try emit(node, source)
    instructions.append(.matched)
    instructions[start] = .group(end: instructions.count, kind)
  }

  private mutating func emitAlternatives(_ nodes: [PatternNode], _ source: String) throws(TokenizerError) {
    var ends: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try emit(node, source)
        break
      }
      let branch = instructions.count
      instructions.append(.matched)
      try emit(node, source)
      ends.append(instructions.count)
      instructions.append(.matched)
      instructions[branch] = .branch(branch + 1, instructions.count)
    }
    for end in ends { instructions[end] = .jump(instructions.count) }
  }

  private mutating func emitRepetition(
    _ node: PatternNode, _ least: Int, _ most: Int?, _ quantifier: PatternNode.Quantifier, _ source: String
  ) throws(TokenizerError) {
    if case .characters(let matcher) = node {
      instructions.append(.run(set: index(of: matcher), least: least, most: most ?? .max, quantifier))
      return
    }
    if quantifier == .possessive {
      try emitGroup(.repetition(node, least: least, most: most, .greedy), .atomic, source)
      return
    }
    for _ in 0..<least { try emit(node, source) }
    guard let most else {
      let mark = markCount
      markCount += 1
      let start = instructions.count
      instructions.append(.matched)
      instructions.append(.mark(mark))
      try emit(node, source)
      instructions.append(.loop(start, mark: mark))
      let end = instructions.count
      instructions[start] = quantifier == .lazy ? .branch(end, start + 1) : .branch(start + 1, end)
      return
    }
    var branches: [Int] = []
    for _ in least..<most {
      branches.append(instructions.count)
      instructions.append(.matched)
      try emit(node, source)
    }
    let end = instructions.count
    for branch in branches {
      instructions[branch] = quantifier == .lazy ? .branch(end, branch + 1) : .branch(branch + 1, end)
    }
  }
}
