public import InkChat
import InkModels
import InkTokenizers

/// A smaller model that is fit to write ahead for another one.
public struct DraftModel: Sendable {
  let model: LanguageModel

  /// Takes a model for drafts.
  ///
  /// - Parameters:
  ///   - draft: the smaller model.
  ///   - model: the one that checks what it writes.
  /// - Throws: `invalidOption` when the two do not have the same vocabulary.
  public init(_ draft: LanguageModel, for model: LanguageModel) throws(GenerationError) {
    let size = model.tokenizer.vocabularySize
    guard draft.tokenizer.vocabularySize == size,
      (0..<Int32(clamping: size)).allSatisfy({ draft.tokenizer.piece($0) == model.tokenizer.piece($0) })
    else {
      throw GenerationError(
        code: .invalidOption, context: "draft model \(draft.name)",
        expected: "the vocabulary of \(model.name), \(size) tokens",
        found: "\(draft.tokenizer.vocabularySize) tokens, or others", hint: "Use a smaller model of the same family.")
    }
    self.model = draft
  }
}
