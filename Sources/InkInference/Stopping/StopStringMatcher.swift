public import InkChat

/// Finds stop strings in text that arrives in pieces, and holds back only what could be the beginning of one.
///
/// Text is compared as UTF-8, byte by byte, without Unicode normalisation. The stop string that is complete first
/// wins; of those complete at the same place, the longest. So the outcome depends on the text and not on how
/// it was cut. Each byte moves one Knuth-Morris-Pratt state per stop string.
///
/// ```swift
/// var matcher = try StopStringMatcher(["</s>"])
/// matcher.feed("end <")    // emits "end ", holds back "<"
/// matcher.feed("/s> more") // emits "", matched "</s>"
/// ```
public struct StopStringMatcher: Sendable {
  /// What a piece of text led to.
  public struct Outcome: Sendable, Hashable {
    /// Text to give out now; it holds no part of a stop string.
    public let text: String
    /// The stop string that ended the text, nil when it goes on.
    public let matched: String?

    /// An outcome with every field given.
    public init(text: String, matched: String?) {
      self.text = text
      self.matched = matched
    }
  }

  private struct Pattern: Sendable {
    let string: String
    let bytes: [UInt8]
    /// Length of the longest proper prefix that is also a suffix of the first i + 1 bytes.
    let fallback: [Int]
    var matchedLength = 0
  }

  private var patterns: [Pattern]
  private var held: [UInt8] = []
  private var matched: String?

  /// A matcher for one answer.
  ///
  /// - Parameter stopStrings: none lets everything through.
  /// - Throws: `invalidOption` for an empty stop string, which would end every answer at once.
  public init(_ stopStrings: [String]) throws(GenerationError) {
    if let index = stopStrings.firstIndex(where: \.isEmpty) {
      throw GenerationError(
        code: .invalidOption, context: "stop string \(index)", expected: "at least one character",
        found: "an empty string")
    }
    patterns = stopStrings.map { string in
      let bytes = Array(string.utf8)
      return Pattern(string: string, bytes: bytes, fallback: Self.fallback(of: bytes))
    }
  }

  /// Takes the next piece of text, which must consist of whole characters.
  ///
  /// After a match, further text is dropped.
  public mutating func feed(_ piece: String) -> Outcome {
    if let matched { return Outcome(text: "", matched: matched) }
    if patterns.isEmpty { return Outcome(text: piece, matched: nil) }
    for byte in piece.utf8 {
      held.append(byte)
      guard let winner = advance(byte) else { continue }
      matched = patterns[winner].string
      held.removeLast(patterns[winner].bytes.count)
      return Outcome(text: release(keeping: 0), matched: matched)
    }
    let longest = patterns.reduce(0) { max($0, $1.matchedLength) }
    return Outcome(text: release(keeping: longest), matched: nil)
  }

  /// The text still held back when no more will come; empty after a match.
  public mutating func finish() -> String {
    matched == nil ? release(keeping: 0) : ""
  }

  /// Moves every pattern by a byte; returns the longest pattern that is complete.
  private mutating func advance(_ byte: UInt8) -> Int? {
    var winner: Int?
    for index in patterns.indices {
      var length = patterns[index].matchedLength
      while length > 0, patterns[index].bytes[length] != byte { length = patterns[index].fallback[length - 1] }
      if patterns[index].bytes[length] == byte { length += 1 }
      if length == patterns[index].bytes.count {
        if let best = winner, patterns[best].bytes.count >= length { continue }
        winner = index
      } else {
        patterns[index].matchedLength = length
      }
    }
    return winner
  }

  /// Gives out the held bytes but the last `count`. A stop string's prefix begins where a character begins, so the cut
  /// never divides a character.
  private mutating func release(keeping count: Int) -> String {
    let text = String(decoding: held.dropLast(count), as: UTF8.self)
    held = Array(held.suffix(count))
    return text
  }

  private static func fallback(of bytes: [UInt8]) -> [Int] {
    var table = [Int](repeating: 0, count: bytes.count)
    var length = 0
    for index in bytes.indices.dropFirst() {
      while length > 0, bytes[index] != bytes[length] { length = table[length - 1] }
      if bytes[index] == bytes[length] { length += 1 }
      table[index] = length
    }
    return table
  }
}
