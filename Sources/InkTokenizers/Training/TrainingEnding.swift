/// Why the learning of merges came to its end.
public enum TrainingEnding: Sendable, Equatable {
  /// As many tokens were learned as were asked for.
  case vocabularyFull
  /// No pair is left in the texts that occurs as often as was asked for; there are fewer tokens than wanted.
  case textsExhausted
}
