package import InkChat

extension RequestRecord {
  /// Says what is done and which model does it.
  package func begin(_ operation: String, model: String) {
    update {
      $0.operation = operation
      $0.model = model
    }
  }

  /// Says how many tokens it took.
  package func count(_ counts: TokenCounts) {
    update {
      $0.promptTokens = counts.prompt
      $0.cachedTokens = counts.cachedPrompt
      $0.completionTokens = counts.completion
    }
  }
}
