public import InkChat

/// Reads a model's answer into a type.
public protocol AnswerParser<Output>: Sendable {
  /// What is read.
  associatedtype Output: Sendable
  /// The form of text that the parser reads, for models that can be held to it.
  var form: AnswerForm { get }
  /// The form in words, for models that can't.
  var instructions: String { get }
  /// Reads an answer.
  ///
  /// - Throws: `unparsable` with a message that a model can mend its answer by.
  func parse(_ answer: String) throws(ChainError) -> Output
}
