/// A place between two characters where a text may be cut.
struct Boundary: Sendable, Hashable {
  /// How much of the text's sense a cut leaves whole, the best first.
  enum Strength: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// Before an empty line, or between two declarations of a program.
    case paragraph
    /// The end of a line that is whole: its sentence ends there, or the next one begins an item.
    case line
    case sentence
    /// The end of a line in the middle of a sentence.
    case brokenLine
    case clause
    case word
    /// Between any two characters.
    case character

    static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
  }

  /// The first byte behind the cut.
  var offset: Int
  /// How good a place it is.
  var strength: Strength
}
