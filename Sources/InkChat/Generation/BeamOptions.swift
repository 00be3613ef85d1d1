/// How beams are searched.
public struct BeamOptions: Sendable, Hashable {
  /// When a search ends before the most tokens.
  public enum Stopping: Sendable, Hashable {
    /// When the best open beam, scored at its present length, cannot overtake the worst finished one.
    case heuristic
    /// As soon as there are as many finished answers as beams.
    case firstComplete
    /// When no open beam can overtake the worst finished one at any length.
    case exhaustive
  }

  /// Continuations that are kept side by side.
  public var width: Int
  /// The power of the length that the sum of log-probabilities is divided by: above 0 favours long answers.
  public var lengthPenalty: Float
  /// When a search ends early.
  public var stopping: Stopping
  /// The most tokens of an answer.
  public var maximumTokens: Int

  /// Options with every field given.
  public init(width: Int, lengthPenalty: Float = 1, stopping: Stopping = .heuristic, maximumTokens: Int) {
    self.width = width
    self.lengthPenalty = lengthPenalty
    self.stopping = stopping
    self.maximumTokens = maximumTokens
  }
}
