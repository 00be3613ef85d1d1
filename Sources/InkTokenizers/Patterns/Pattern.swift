/// A compiled regular expression that is matched by backtracking over UTF-8.
struct Pattern: Sendable {
  /// The expression as the file wrote it.
  let source: String
  private let instructions: [PatternInstruction]
  private let sets: [CharacterMatcher]
  private let markCount: Int
  /// The set of the run that every match begins with, if there is one. Where the expression fails at the start of such a
  /// run it fails inside of it too, because the same ends were tried.
  private let leadingRun: CharacterMatcher?

  /// Compiles an expression.
  init(_ source: String) throws(TokenizerError) {
    self.source = source
    var parser = PatternParser(source)
    var compiler = PatternCompiler()
    try compiler.compile(try parser.parse(), source: source)
    instructions = compiler.instructions
    sets = compiler.sets
    markCount = compiler.markCount
    if case .run(let set, let least, .max, .greedy)? = instructions.first, least <= 1 {
      leadingRun = sets[set]
    } else {
      leadingRun = nil
    }
  }

  /// All matches in `start..<end`, left to right and without overlap; the text outside does not exist for the
  /// expression. Empty matches are left out.
  func matches(
    _ text: Span<UInt8>, start: Int, end: Int, _ categories: inout CategoryTable
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var at = start
    var matcher = PatternMatcher(textStart: start, textEnd: end, markCount: markCount)
    while at < end {
      if let stop = matcher.match(instructions, sets, text, at: at, &categories), stop > at {
        result.append(at..<stop)
        at = stop
      } else {
        at = nextStart(text, after: at, end: end, &categories)
      }
    }
    return result
  }

  /// The next place to try after a failure.
  private func nextStart(
    _ text: Span<UInt8>, after start: Int, end: Int, _ categories: inout CategoryTable
  ) -> Int {
    var at = start
    repeat {
      let (value, width) = UTF8Reader.scalar(text, at: at, end: end)
      if at > start, leadingRun?.contains(value, mask: categories.mask(value)) != true { break }
      let isInRun = leadingRun?.contains(value, mask: categories.mask(value)) ?? false
      at += width
      if !isInRun { break }
    } while at < end
    return at
  }
}

/// The state of one search.
private struct PatternMatcher {
  let textStart: Int
  let textEnd: Int
  private var marks: [Int]
  private var stack: [Frame] = []

  /// Where to go on when the present way fails: at `position`, and at shorter runs of a set down to `shortest`
  /// (greedy), or at longer ones up to `remaining` characters more (lazy).
  private struct Frame {
    var instruction: Int
    var position: Int
    var shortest: Int
    var lazySet = -1
    var remaining = 0
  }

  init(textStart: Int, textEnd: Int, markCount: Int) {
    self.textStart = textStart
    self.textEnd = textEnd
    marks = [Int](repeating: -1, count: markCount)
  }

  mutating func match(
    _ program: [PatternInstruction], _ sets: [CharacterMatcher], _ text: Span<UInt8>, at start: Int,
    _ categories: inout CategoryTable
  ) -> Int? {
    run(program, sets, text, from: 0, at: start, &categories)
  }

  private func step(
    _ set: CharacterMatcher, _ text: Span<UInt8>, at position: Int, _ categories: inout CategoryTable
  ) -> Int? {
    guard position < textEnd else { return nil }
    let (value, width) = UTF8Reader.scalar(text, at: position, end: textEnd)
    return set.contains(value, mask: categories.mask(value)) ? position + width : nil
  }

  /// Follows the instructions from `first` until one says that they match.
  private mutating func run(
    _ program: [PatternInstruction], _ sets: [CharacterMatcher], _ text: Span<UInt8>, from first: Int,
    at start: Int, _ categories: inout CategoryTable
  ) -> Int? {
    let base = stack.count
    var instruction = first
    var position = start
    while true {
      var isAlive = true
      switch program[instruction] {
      case .matched:
        stack.removeLast(stack.count - base)
        return position
      case .character(let set):
        if let next = step(sets[set], text, at: position, &categories) { position = next } else { isAlive = false }
        instruction += 1
      case .run(let set, let least, let most, let quantifier):
        isAlive = takeRun(sets, set, least, most, quantifier, text, &position, instruction, &categories)
        instruction += 1
      case .branch(let now, let later):
        stack.append(Frame(instruction: later, position: position, shortest: position))
        instruction = now
      case .jump(let target): instruction = target
      case .mark(let mark):
        marks[mark] = position
        instruction += 1
      case .loop(let target, let mark):
        instruction = position > marks[mark] ? target : instruction + 1
      case .group(let end, let kind):
        let inner = run(program, sets, text, from: instruction + 1, at: position, &categories)
        switch (kind, inner) {
        case (.atomic, .some(let next)): position = next
        case (.ahead, .some), (.notAhead, .none): break
        case (.atomic, .none), (.ahead, .none), (.notAhead, .some): isAlive = false
        }
        instruction = end
      case .textStart:
        isAlive = position == textStart
        instruction += 1
      case .textEnd:
        isAlive = position == textEnd
        instruction += 1
      }
      if isAlive { continue }
      guard resume(base, sets, text, &instruction, &position, &categories) else { return nil }
    }
  }

  private mutating func takeRun(
    _ sets: [CharacterMatcher], _ set: Int, _ least: Int, _ most: Int, _ quantifier: PatternNode.Quantifier,
    _ text: Span<UInt8>, _ position: inout Int, _ instruction: Int, _ categories: inout CategoryTable
  ) -> Bool {
    var taken = 0
    var shortest = position
    let wanted = quantifier == .lazy ? least : most
    while taken < wanted, let next = step(sets[set], text, at: position, &categories) {
      position = next
      taken += 1
      if taken <= least { shortest = next }
    }
    guard taken >= least else { return false }
    if quantifier == .lazy, most > least {
      stack.append(
        Frame(
          instruction: instruction + 1, position: position, shortest: position, lazySet: set,
          remaining: most - least))
    } else if quantifier == .greedy, position > shortest {
      stack.append(Frame(instruction: instruction + 1, position: position, shortest: shortest))
      stack[stack.count - 1].remaining = -1
    }
    return true
  }

  /// Goes back to the last choice; false if there is none above `base`.
  private mutating func resume(
    _ base: Int, _ sets: [CharacterMatcher], _ text: Span<UInt8>, _ instruction: inout Int, _ position: inout Int,
    _ categories: inout CategoryTable
  ) -> Bool {
    while stack.count > base, var frame = stack.popLast() {
      if frame.lazySet >= 0 {
        guard let next = step(sets[frame.lazySet], text, at: frame.position, &categories) else { continue }
        frame.position = next
        if frame.remaining != .max { frame.remaining -= 1 }
        if frame.remaining > 0 { stack.append(frame) }
      } else if frame.remaining == -1 {
        frame.position -= UTF8Reader.scalar(text, before: frame.position, start: textStart).width
        if frame.position > frame.shortest { stack.append(frame) }
      }
      instruction = frame.instruction
      position = frame.position
      return true
    }
    return false
  }
}
