/// An expression as instructions, with what a search needs to know about each of them.
struct PatternProgram: Sendable {
  let instructions: [PatternInstruction]
  let sets: [CharacterMatcher]
  let markCount: Int
  /// For each instruction the number of its first state, or -1 where a search has no choice to remember.
  ///
  /// What follows from a place in the text depends on the loops around the instruction too, as an iteration that took
  /// nothing is the last one. Their marks rise from the outer to the inner ones, so all that counts is how many of the
  /// inner ones stand at the place itself: an instruction in n loops has n + 1 states.
  let states: [Int]
  /// For a run without limit the number of the state of one who is in it and may leave or go on; for a group the number of
  /// its result; else -1.
  let inner: [Int]
  /// For each instruction the marks of the loops around it that can take nothing, the innermost one first.
  let loops: [[Int]]

  init(_ instructions: [PatternInstruction], sets: [CharacterMatcher], markCount: Int) {
    self.instructions = instructions
    self.sets = sets
    self.markCount = markCount
    var isChoice = [Bool](repeating: false, count: instructions.count)
    var loops = [[Int]](repeating: [], count: instructions.count)
    var open: [Int] = []
    for (index, instruction) in instructions.enumerated() {
      loops[index] = open
      switch instruction {
      case .branch(_, let later):
        isChoice[index] = true
        isChoice[later] = true
      case .run: isChoice[index + 1] = true
      case .mark(let mark): open.insert(mark, at: 0)
      case .loop: open.removeFirst()
      case .character, .jump, .group, .textStart, .textEnd, .matched: break
      }
    }
    var count = 0
    func number(_ states: Int) -> Int {
      defer { count += states }
      return count
    }
    var states = [Int](repeating: -1, count: instructions.count)
    var inner = states
    for (index, instruction) in instructions.enumerated() {
      switch instruction {
      case .matched: continue
      case .run(_, _, .max, _), .group: inner[index] = number(1)
      case .character, .run, .branch, .jump, .loop, .mark, .textStart, .textEnd: break
      }
      if isChoice[index] { states[index] = number(loops[index].count + 1) }
    }
    self.states = states
    self.inner = inner
    self.loops = loops
  }
}
