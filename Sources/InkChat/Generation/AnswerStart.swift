/// Where an answer begins.
public enum AnswerStart: Sendable, Hashable {
  /// With a turn of its own, behind the last message.
  case newTurn
  /// Inside the last message, which the model goes on with: an answer that was cut short, or words put into its mouth.
  case lastMessage
}
