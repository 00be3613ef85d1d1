package import InkChat
package import InkRetrieval

extension ChainError {
  /// What a model's failure means to a chain.
  package init(_ error: GenerationError, context: String = "model") {
    let code: Code =
      switch error.code {
      case .cancelled: .cancelled
      case .overloaded, .timedOut, .unavailable: .unavailable
      case .unsupported: .unsupported
      case .budget: .budget
      default: .model
      }
    self.init(code, context: context, found: error.description)
  }

  /// What a search's failure means to a chain.
  package init(_ error: RetrievalError, context: String = "search") {
    let code: Code =
      switch error.code {
      case .cancelled: .cancelled
      case .unreachable: .unavailable
      case .budget: .budget
      case .file, .invalidDocument, .tooLarge, .invalidSetting, .notFound, .alreadyExists, .store, .diskFull, .model,
        .changed, .unsupported:
        .retrieval
      }
    self.init(code, context: context, found: error.description)
  }
}
