public import InkChat

/// How a text feels about what it speaks of.
public enum Sentiment: String, CaseIterable, Sendable, Hashable, Codable {
  case positive, negative, neutral

  /// A step that tells the sentiment of a text.
  public static func step(with model: any ChatModel, guidance: AnswerGuidance) -> Classify<Sentiment> {
    Classify(
      Sentiment.self, question: "What sentiment does the text express?", with: model, guidance: guidance)
  }
}
