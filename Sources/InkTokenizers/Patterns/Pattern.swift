/// A compiled regular expression that is matched by backtracking over UTF-8.
struct Pattern: Sendable {
  /// The expression as the file wrote it.
  let source: String
  private let program: PatternProgram
  /// The set of the run that every match begins with, if there is one. Where the expression fails at the start of such a
  /// run it fails inside of it too, because the same ends were tried.
  private let leadingRun: CharacterMatcher?

  /// Compiles an expression.
  init(_ source: String) throws(TokenizerError) {
    self.source = source
    var parser = PatternParser(source)
    program = try PatternCompiler.program(try parser.parse(), source: source)
    if case .run(let set, let least, .max, .greedy)? = program.instructions.first, least <= 1 {
      leadingRun = program.sets[set]
    } else {
      leadingRun = nil
    }
  }

  /// All matches in `start..<end`, left to right and without overlap; the text outside does not exist for the
  /// expression. Empty matches are left out.
  func matches(
    _ text: Span<UInt8>, start: Int, end: Int, _ categories: inout CategoryTable,
    effort: PatternEffort = PatternEffort()
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var at = start
    var matcher = PatternMatcher(program, textStart: start, textEnd: end, effort)
    while at < end {
      if let stop = matcher.match(text, at: at, &categories), stop > at {
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
