/// What happens while a question is answered, in order; `finished` comes last and exactly once.
public enum AnswerEvent: Sendable {
  /// The question goes out to the documents in these wordings.
  case searching([SearchQuestion])
  /// What was found, stage by stage, and the passages the model is shown.
  case found(SearchTrace, [Passage])
  /// Text to append to the answer.
  case text(String)
  /// Text to append to what the model thinks before it answers.
  case reasoning(String)
  /// The whole answer with its sources.
  case finished(GroundedAnswer)
}
