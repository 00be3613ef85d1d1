import ArgumentParser
import InkChat
import InkRetrieval

/// What is made of a question before it is searched for.
package enum ExpansionArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
  case none
  case multipleQueries = "multi-query"
  case hypotheticalDocument = "hyde"
  case decomposition

  /// What becomes of the question, by a model.
  func transformation(_ model: any ChatModel) -> QuestionTransformation {
    switch self {
    case .none: .none
    case .multipleQueries: .multipleQueries(model, count: 3)
    case .hypotheticalDocument: .hypotheticalDocument(model)
    case .decomposition: .decomposition(model, count: 3)
    }
  }
}
