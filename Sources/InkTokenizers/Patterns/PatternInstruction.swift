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
