public import InkChat

/// Reads one of the cases of a type whose raw values are the words that a model says.
///
/// ```swift
/// enum Mood: String, CaseIterable, Sendable { case good, bad }
/// let mood = try await Chain { prompt; Ask(model, for: ChoiceParser<Mood>(), guidance: .constrained) }(text)
/// ```
public struct ChoiceParser<Choice: RawRepresentable & CaseIterable & Sendable>: AnswerParser
where Choice.RawValue == String {
  /// A reader of choices.
  public init() {}

  private var words: [String] { Choice.allCases.map(\.rawValue) }
  public var form: AnswerForm { .choice(words) }
  public var instructions: String {
    "Answer with exactly one of these and nothing else: \(words.joined(separator: ", "))"
  }

  public func parse(_ answer: String) throws(ChainError) -> Choice {
    let word = try WordChoice.find(answer, among: words)
    guard let choice = Choice(rawValue: word) else {
      throw ChainError(.unparsable, context: "choice", expected: words.joined(separator: ", "), found: word)
    }
    return choice
  }
}
