/// Which part of a conversation is learned.
public enum LossMask: Sendable, Hashable {
  /// What the assistant says in all its turns, with the token that ends each.
  case assistantTurns
  /// What the assistant says in its last turn, with the token that ends it.
  case lastTurn
  /// Every token.
  case everything
}
