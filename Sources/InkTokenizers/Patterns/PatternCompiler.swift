/// Turns the tree of an expression into instructions.
struct PatternCompiler {
  private let source: String
  private var instructions: [PatternInstruction] = []
  private var sets: [CharacterMatcher] = []
  private var setIndices: [CharacterMatcher: Int] = [:]
  private var markCount = 0
  private var visitCount = 0

  private static let instructionLimit = 20_000
  /// Counted repetitions of nothing give no instructions, and yet take their time.
  private static let visitLimit = 200_000

  private init(_ source: String) { self.source = source }

  /// The program of an expression.
  static func program(_ node: PatternNode, source: String) throws(TokenizerError) -> PatternProgram {
    var compiler = PatternCompiler(source)
    try compiler.emit(node)
    compiler.instructions.append(.matched)
    return PatternProgram(compiler.instructions, sets: compiler.sets, markCount: compiler.markCount)
  }

  private mutating func emit(_ node: PatternNode) throws(TokenizerError) {
    visitCount += 1
    if instructions.count > Self.instructionLimit || visitCount > Self.visitLimit {
      throw TokenizerError(
        .invalidPattern, in: "the expression \(source)", expected: "at most \(Self.instructionLimit) steps",
        found: "more", hint: "Shorten its counted repetitions.")
    }
    switch node {
    case .empty: break
    case .characters(let matcher): instructions.append(.character(index(of: matcher)))
    case .sequence(let nodes):
      for node in nodes { try emit(node) }
    case .alternatives(let nodes): try emitAlternatives(nodes)
    case .repetition(let node, let least, let most, let quantifier):
      try emitRepetition(node, least, most, quantifier)
    case .lookahead(let node, let expectation):
      try emitGroup(node, expectation == .present ? .ahead : .notAhead)
    case .atomic(let node): try emitGroup(node, .atomic)
    case .textStart: instructions.append(.textStart)
    case .textEnd: instructions.append(.textEnd)
    }
  }

  private mutating func index(of matcher: CharacterMatcher) -> Int {
    if let index = setIndices[matcher] { return index }
    setIndices[matcher] = sets.count
    sets.append(matcher)
    return sets.count - 1
  }

  private mutating func emitGroup(
    _ node: PatternNode, _ kind: PatternInstruction.GroupKind
  ) throws(TokenizerError) {
    let start = instructions.count
    instructions.append(.matched)
    try emit(node)
    instructions.append(.matched)
    instructions[start] = .group(end: instructions.count, kind)
  }

  private mutating func emitAlternatives(_ nodes: [PatternNode]) throws(TokenizerError) {
    var ends: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try emit(node)
        break
      }
      let branch = instructions.count
      instructions.append(.matched)
      try emit(node)
      ends.append(instructions.count)
      instructions.append(.matched)
      instructions[branch] = .branch(branch + 1, instructions.count)
    }
    for end in ends { instructions[end] = .jump(instructions.count) }
  }

  private mutating func emitRepetition(
    _ node: PatternNode, _ least: Int, _ most: Int?, _ quantifier: PatternNode.Quantifier
  ) throws(TokenizerError) {
    if case .characters(let matcher) = node {
      instructions.append(.run(set: index(of: matcher), least: least, most: most ?? .max, quantifier))
      return
    }
    if quantifier == .possessive {
      try emitGroup(.repetition(node, least: least, most: most, .greedy), .atomic)
      return
    }
    for _ in 0..<least { try emit(node) }
    guard let most else {
      try emitLoop(node, quantifier)
      return
    }
    var branches: [Int] = []
    for _ in least..<most {
      branches.append(instructions.count)
      instructions.append(.matched)
      try emit(node)
    }
    let end = instructions.count
    for branch in branches {
      instructions[branch] = quantifier == .lazy ? .branch(end, branch + 1) : .branch(branch + 1, end)
    }
  }

  /// Any number of repetitions.
  private mutating func emitLoop(
    _ node: PatternNode, _ quantifier: PatternNode.Quantifier
  ) throws(TokenizerError) {
    let start = instructions.count
    instructions.append(.matched)
    if node.canBeEmpty {
      let mark = markCount
      markCount += 1
      instructions.append(.mark(mark))
      try emit(node)
      instructions.append(.loop(start, mark: mark))
    } else {
      try emit(node)
      instructions.append(.jump(start))
    }
    let end = instructions.count
    instructions[start] = quantifier == .lazy ? .branch(end, start + 1) : .branch(start + 1, end)
  }
}
