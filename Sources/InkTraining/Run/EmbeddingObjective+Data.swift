import InkData

extension EmbeddingObjective.Loss {
  /// What the records of a training set have to be.
  ///
  /// - Parameter datasets: those that are trained on; for losses within a batch they decide whether there are negatives.
  func relation(of datasets: [Dataset]) throws(DataError) -> EmbeddingTask.Relation {
    switch self {
    case .cosent, .angle: return .scored
    case .simcse: return .itself
    case .triplet: return .contrasts
    case .inBatch:
      for dataset in datasets {
        guard case .related(.contrast) = try dataset.example(at: 0) else { return .pairs }
      }
      return .contrasts
    }
  }

  /// What the records of a set are that the run is measured on: scored pairs are welcome whatever is trained.
  func relation(measuring dataset: Dataset) throws(DataError) -> EmbeddingTask.Relation {
    switch try dataset.example(at: 0) {
    case .related(.scored): return .scored
    case .related, .text, .labelled, .tagged, .conversation, .completion, .preference:
      return try relation(of: [dataset])
    }
  }
}
