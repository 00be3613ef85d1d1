public import InkChat

/// Decides after each token whether the answer ends, by its length, by an end token, or because the context is full.
public struct FinishRule: Sendable, Hashable {
  /// What to do with the token that was just chosen.
  public enum Verdict: Sendable, Hashable {
    /// Give it out and go on.
    case proceed
    /// Give it out; it is the last one.
    case finishAfter(FinishReason)
    /// It ends the turn and is not part of the answer.
    case finishWithout(FinishReason)
  }

  /// Tokens that end the model's turn; empty to go on past them (as benchmarks do).
  public let endTokens: Set<Int32>
  /// The most tokens of the answer; nil for no limit.
  public let maximumTokens: Int?
  /// Room in the context after the prompt, in tokens; the end token needs none.
  public let room: Int
  /// Tokens given out so far.
  public private(set) var count = 0

  /// A rule for one answer.
  ///
  /// - Throws: `invalidOption` for a negative maximum; `contextExceeded` when the prompt leaves no room.
  public init(endTokens: Set<Int32>, maximumTokens: Int?, promptTokens: Int, contextLength: Int) throws(GenerationError)
  {
    if let maximumTokens, maximumTokens < 0 {
      throw GenerationError(
        code: .invalidOption, context: "maximum number of tokens", expected: "at least 0", found: "\(maximumTokens)")
    }
    let (room, overflow) = contextLength.subtractingReportingOverflow(promptTokens)
    guard !overflow, room > 0 else {
      throw GenerationError(
        code: .contextExceeded, context: "prompt", expected: "fewer than \(contextLength) tokens (the context length)",
        found: "\(promptTokens) tokens", hint: "Shorten the prompt or choose a model with a longer context.")
    }
    self.endTokens = endTokens
    self.maximumTokens = maximumTokens
    self.room = room
  }

  /// Tokens that may still be given out.
  var remaining: Int { min(maximumTokens ?? room, room) - count }

  /// The most tokens that a prompt and this answer can have together.
  func longestSequence(after promptTokens: Int) -> Int { promptTokens + min(maximumTokens ?? room, room) }

  /// The reason to end before any token is chosen: a maximum of 0.
  public var reasonAtStart: FinishReason? {
    maximumTokens == 0 ? .length : nil
  }

  /// Takes note of a chosen token.
  public mutating func accept(_ token: Int32) -> Verdict {
    if endTokens.contains(token) { return .finishWithout(.endToken(token)) }
    count += 1
    if let maximumTokens, count >= maximumTokens { return .finishAfter(.length) }
    if count >= room { return .finishAfter(.contextFull) }
    return .proceed
  }
}
