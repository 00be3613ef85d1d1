import InkChat

extension RetrievalError {
  /// What a model's failure is at the step that asked it.
  init(_ error: GenerationError, context: String) {
    let code: Code =
      switch error.code {
      case .cancelled: .cancelled
      case .budget: .budget
      default: .model
      }
    self.init(code, context: context, found: error.publicDescription, privateDetail: error.privateDetail)
  }
}
