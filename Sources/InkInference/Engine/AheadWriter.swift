/// What writes ahead for an engine, beside guesses from the text itself.
enum AheadWriter {
  case none
  /// A smaller model.
  case draft(DraftWriter)
  /// The model's own prediction layer.
  case prediction(PredictionWriter)

  /// Forgets a sequence.
  func forget(_ id: RequestID) {
    switch self {
    case .none: break
    case .draft(let writer): writer.forget(id)
    case .prediction(let writer): writer.forget(id)
    }
  }
}
