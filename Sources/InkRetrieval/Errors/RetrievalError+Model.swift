import InkChat

extension RetrievalError {
  /// What a model's failure is at the step that asked it.
  init(_ error: GenerationError, context: String) {
    self.init(
      error.code == .cancelled ? .cancelled : .model, context: context, found: error.publicDescription,
      privateDetail: error.privateDetail)
  }
}
