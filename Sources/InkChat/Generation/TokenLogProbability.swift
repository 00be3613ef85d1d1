/// A token and its natural-log probability.
public struct TokenLogProbability: Sendable, Hashable {
  /// The token's id; -1 where the source does not tell.
  public var token: Int32
  /// The token's own text, lossy where its bytes are a part of a character; empty where nobody filled it in.
  public var piece: String
  /// Natural logarithm of the probability; nil when the source does not tell.
  public var logProbability: Float?

  /// A token with every field given.
  public init(token: Int32, piece: String = "", logProbability: Float?) {
    self.token = token
    self.piece = piece
    self.logProbability = logProbability
  }
}
