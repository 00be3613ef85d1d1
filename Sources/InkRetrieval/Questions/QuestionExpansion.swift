package import InkChat

/// Which further wordings of a question are searched for, as requests name them.
package enum QuestionExpansion: String, CaseIterable, Sendable {
  case none
  case multipleQueries = "multi_query"
  case hypotheticalDocument = "hyde"
  case decomposition

  /// What becomes of the question, by a model.
  package func transformation(_ model: any ChatModel) -> QuestionTransformation {
    switch self {
    case .none: .none
    case .multipleQueries: .multipleQueries(model, count: 3)
    case .hypotheticalDocument: .hypotheticalDocument(model)
    case .decomposition: .decomposition(model, count: 3)
    }
  }
}
