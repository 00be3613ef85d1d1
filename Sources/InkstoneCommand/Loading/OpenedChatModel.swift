package import InkChains
package import InkChat
import InkInference
import InkRetrieval
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
  /// How many weights it has; nil where nobody knows, as behind an endpoint.
  package let parameterCount: Int?

  /// A model with what is known of it.
  package init(
    _ model: any ChatModel, contextLength: Int? = nil, side: AnswerSide = .local,
    parameterCount: Int? = nil, tokenCount: (@Sendable (String) -> Int)? = nil
  ) {
    self.model = model
    self.side = side
    self.parameterCount = parameterCount
    self.contextLength = contextLength
    self.tokenCount = tokenCount
  }

  /// The same model, its requests counted by a meter.
  package func counted(by meter: BudgetMeter) -> OpenedChatModel {
    OpenedChatModel(
      MeteredChatModel(model, countedBy: meter), contextLength: contextLength, side: side,
      parameterCount: parameterCount, tokenCount: tokenCount)
  }

  /// Whether it is one of the models that invent more than they read.
  package var isSmall: Bool { parameterCount.map { $0 < AnswerPlan.fewestWeightsToWrite } ?? false }

  /// A model on this machine.
  init(_ model: LocalChatModel, of loaded: LanguageModel, parameterCount: Int? = nil) {
    self.init(model, contextLength: model.contextLength, parameterCount: parameterCount) {
      loaded.tokenizer.encode($0).count
    }
  }
}
