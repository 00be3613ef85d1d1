import InkChat
import InkRetrieval

/// Which further wordings of a question are searched for.
enum RequestedExpansion: String, CaseIterable, Sendable {
  case none
  case multipleQueries = "multi_query"
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
