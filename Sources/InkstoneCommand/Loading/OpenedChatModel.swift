package import InkChat
import InkInference
import InkTokenizers

/// A chat model that is ready to answer, with what is known of it.
package struct OpenedChatModel: Sendable {
  /// What answers.
  package let model: any ChatModel
  /// The most tokens of prompt and answer together; nil where the endpoint does not tell.
  package let contextLength: Int?
  /// Tokens of a text; nil where only the endpoint can count them.
  package let tokenCount: (@Sendable (String) -> Int)?
  /// Where it answers.
  package let side: AnswerSide

  /// A model with what is known of it.
  package init(
    _ model: any ChatModel, contextLength: Int? = nil, side: AnswerSide = .local,
    tokenCount: (@Sendable (String) -> Int)? = nil
  ) {
    self.model = model
    self.side = side
    self.contextLength = contextLength
    self.tokenCount = tokenCount
  }

  /// A model on this machine.
  init(_ model: LocalChatModel, of loaded: LanguageModel) {
    self.init(model, contextLength: model.contextLength) { loaded.tokenizer.encode($0).count }
  }
}
