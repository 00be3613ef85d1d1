public import InkChat

/// Reads one of some words that are known only when the program runs; ``ChoiceParser`` reads the cases of a type.
public struct WordParser: AnswerParser {
  private let words: [String]

  /// A reader of one of the words.
  public init(_ words: [String]) { self.words = words }

  public var form: AnswerForm { .choice(words) }
  public var instructions: String {
    "Answer with exactly one of these and nothing else: \(words.joined(separator: ", "))"
  }

  public func parse(_ answer: String) throws(ChainError) -> String { try WordChoice.find(answer, among: words) }
}
