/// One search for matches, by backtracking.
///
/// An expression can have exponentially many ways through a text that all fail. A search that goes back too often for the
/// text it covers therefore remembers: what follows from a state (an instruction, a place in the text and the loops that
/// have not moved) never depends on how it was reached, so a state that failed once is not tried again, at this start or
/// at a later one. Ordinary expressions never come so far.
struct PatternMatcher {
  private let program: PatternProgram
  private let textStart: Int
  private let textEnd: Int
  private let effort: PatternEffort
  private var marks: [Int]
  /// Where to go on when the present way fails, the next one last.
  private var choices: [Choice] = []
  private var remembers = false
  /// How much work the search may still do before it remembers.
  private var patience: Int
  private var lastStart: Int
  private var memory: PatternMemory
  /// The states of the present way, in the order in which they were reached: they have not failed yet.
  private var way: [Int] = []

  private struct Choice {
    var kind: Kind
    /// Where to go on; for a run the run itself; for a mark its number.
    var instruction: Int
    /// For a run where it ended last; for a mark what it was.
    var position: Int
    /// For a greedy run its shortest end; for a lazy one how many more characters it may take.
    var bound = 0
    /// How many states the way had.
    var wayLength: Int

    enum Kind { case branch, shorterRun, longerRun, mark }
  }

  init(_ program: PatternProgram, textStart: Int, textEnd: Int, _ effort: PatternEffort) {
    self.program = program
    self.textStart = textStart
    self.textEnd = textEnd
    self.effort = effort
    marks = [Int](repeating: -1, count: program.markCount)
    patience = effort.patience
    lastStart = textStart
    memory = PatternMemory(limit: effort.memory)
  }

  /// The end of the match that begins at `start`. Starts are asked for from left to right.
  mutating func match(_ text: Span<UInt8>, at start: Int, _ categories: inout CategoryTable) -> Int? {
    patience += min(PatternEffort.patiencePerByte * (start - lastStart), effort.patience - patience)
    lastStart = start
    remembers = patience <= 0
    return run(text, from: 0, at: start, &categories)
  }

  private func step(
    _ set: Int, _ text: Span<UInt8>, at position: Int, _ categories: inout CategoryTable
  ) -> Int? {
    guard position < textEnd else { return nil }
    let (value, width) = UTF8Reader.scalar(text, at: position, end: textEnd)
    return program.sets[set].contains(value, mask: categories.mask(value)) ? position + width : nil
  }

  /// Follows the instructions from `first` until one says that they match.
  private mutating func run(
    _ text: Span<UInt8>, from first: Int, at start: Int, _ categories: inout CategoryTable
  ) -> Int? {
    let base = choices.count
    let wayBase = way.count
    var instruction = first
    var position = start
    while true {
      var isAlive = true
      if remembers, let known = enter(instruction, position) {
        if case .matches(let end) = known {
          leave(choices: base, way: wayBase, group: first, end)
          return end
        }
        isAlive = false
      } else {
        switch program.instructions[instruction] {
        case .matched:
          leave(choices: base, way: wayBase, group: first, position)
          return position
        case .character(let set):
          if let next = step(set, text, at: position, &categories) { position = next } else { isAlive = false }
          instruction += 1
        case .run(let set, let least, let most, let quantifier):
          isAlive = takeRun(set, least, most, quantifier, text, &position, instruction, &categories)
          instruction += 1
        case .branch(let now, let later):
          spend(1)
          choices.append(Choice(kind: .branch, instruction: later, position: position, wayLength: way.count))
          instruction = now
        case .jump(let target): instruction = target
        case .mark(let mark):
          choices.append(Choice(kind: .mark, instruction: mark, position: marks[mark], wayLength: way.count))
          marks[mark] = position
          instruction += 1
        case .loop(let target, let mark):
          instruction = position > marks[mark] ? target : instruction + 1
        case .group(let end, let kind):
          isAlive = takeGroup(kind, text, &position, instruction, &categories)
          instruction = end
        case .textStart:
          isAlive = position == textStart
          instruction += 1
        case .textEnd:
          isAlive = position == textEnd
          instruction += 1
        }
      }
      if isAlive { continue }
      guard resume(base, text, &instruction, &position, &categories) else {
        if remembers { fail(downTo: wayBase) }
        return nil
      }
    }
  }

  private mutating func takeRun(
    _ set: Int, _ least: Int, _ most: Int, _ quantifier: PatternNode.Quantifier, _ text: Span<UInt8>,
    _ position: inout Int, _ instruction: Int, _ categories: inout CategoryTable
  ) -> Bool {
    var taken = 0
    var shortest = position
    let wanted = quantifier == .lazy ? least : most
    while taken < wanted, let next = step(set, text, at: position, &categories) {
      // All ends from there on were tried.
      if remembers, taken >= least, quantifier == .greedy, fails(inRun: instruction, next) { break }
      position = next
      taken += 1
      if taken <= least { shortest = next }
    }
    spend(taken)
    guard taken >= least else { return false }
    if quantifier == .lazy, most > least {
      let bound = most == .max ? .max : most - least
      choices.append(
        Choice(kind: .longerRun, instruction: instruction, position: position, bound: bound, wayLength: way.count))
    } else if quantifier == .greedy, position > shortest {
      choices.append(
        Choice(kind: .shorterRun, instruction: instruction, position: position, bound: shortest, wayLength: way.count))
    }
    return true
  }

  private mutating func takeGroup(
    _ kind: PatternInstruction.GroupKind, _ text: Span<UInt8>, _ position: inout Int, _ instruction: Int,
    _ categories: inout CategoryTable
  ) -> Bool {
    let key = key(program.inner[instruction], position)
    let outcome: PatternMemory.Outcome
    if remembers, let known = memory.outcome(of: key) {
      outcome = known
    } else {
      outcome = run(text, from: instruction + 1, at: position, &categories).map { .matches($0) } ?? .fails
      if remembers { memory.record(outcome, of: key) }
    }
    switch (kind, outcome) {
    case (.atomic, .matches(let end)):
      position = end
      return true
    case (.ahead, .matches), (.notAhead, .fails): return true
    case (.atomic, .fails), (.ahead, .fails), (.notAhead, .matches): return false
    }
  }

  /// Goes back to the last choice; false if there is none above `base`.
  private mutating func resume(
    _ base: Int, _ text: Span<UInt8>, _ instruction: inout Int, _ position: inout Int,
    _ categories: inout CategoryTable
  ) -> Bool {
    while choices.count > base, var choice = choices.popLast() {
      if remembers { fail(downTo: choice.wayLength) }
      switch choice.kind {
      case .mark:
        marks[choice.instruction] = choice.position
        continue
      case .branch: instruction = choice.instruction
      case .shorterRun:
        if remembers, let key = runKey(choice.instruction, choice.position) { memory.record(.fails, of: key) }
        choice.position -= UTF8Reader.scalar(text, before: choice.position, start: textStart).width
        if choice.position > choice.bound { choices.append(choice) }
        instruction = choice.instruction + 1
      case .longerRun:
        guard case .run(let set, _, _, _) = program.instructions[choice.instruction],
          let next = step(set, text, at: choice.position, &categories)
        else { continue }
        if remembers, let key = runKey(choice.instruction, next) {
          if memory.outcome(of: key) == .fails { continue }
          way.append(key)
        }
        choice.position = next
        choice.wayLength = way.count
        if choice.bound != .max { choice.bound -= 1 }
        if choice.bound > 0 { choices.append(choice) }
        instruction = choice.instruction + 1
      }
      position = choice.position
      spend(1)
      return true
    }
    return false
  }
}

// MARK: Remembering

extension PatternMatcher {
  /// Counts work that may be done again and again.
  private mutating func spend(_ work: Int) {
    patience -= work
    if patience <= 0 { remembers = true }
  }

  /// Takes up a state, unless it is known what comes of it.
  private mutating func enter(_ instruction: Int, _ position: Int) -> PatternMemory.Outcome? {
    var state = program.states[instruction]
    guard state >= 0 else { return nil }
    for mark in program.loops[instruction] {
      guard marks[mark] == position else { break }
      state += 1
    }
    let key = key(state, position)
    if let known = memory.outcome(of: key) { return known }
    way.append(key)
    return nil
  }

  /// Leaves a run that matches. In a group each state of the way leads to the same end whenever it is reached.
  private mutating func leave(choices base: Int, way wayBase: Int, group first: Int, _ end: Int) {
    choices.removeLast(choices.count - base)
    guard remembers else { return }
    if first > 0 {
      for key in way[wayBase...] { memory.record(.matches(end), of: key) }
    }
    way.removeLast(way.count - wayBase)
  }

  /// Leaves the last states of the way, which have failed, and notes that.
  private mutating func fail(downTo length: Int) {
    // The last ones first: what is nearest to the choice is asked for soonest.
    while way.count > length, let key = way.popLast() { memory.record(.fails, of: key) }
  }

  /// The number of a state at a place, above 0.
  private func key(_ state: Int, _ position: Int) -> Int {
    state * (textEnd - textStart + 1) + (position - textStart) + 1
  }

  /// The state of one who is in a run without limit; nil for a run with one, whose rest differs from way to way.
  private func runKey(_ instruction: Int, _ position: Int) -> Int? {
    let state = program.inner[instruction]
    return state < 0 ? nil : key(state, position)
  }

  private func fails(inRun instruction: Int, _ position: Int) -> Bool {
    guard let key = runKey(instruction, position) else { return false }
    return memory.outcome(of: key) == .fails
  }
}
