import InkData

extension EmbeddingObjective.Loss {
  /// What the records of a training set have to be.
  ///
  /// - Parameter datasets: those that are trained on; for losses within a batch they decide whether there are
  ///   negatives.
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

  /// Refuses scored pairs that are all alike: losses that compare pairs by their scores learn nothing from them.
  func requireOrder(of datasets: [Dataset]) throws(DataError) {
    switch self {
    case .inBatch, .simcse, .triplet: return
    case .cosent, .angle: break
    }
    var first: Double?
    for dataset in datasets {
      for index in 0..<dataset.count {
        guard case .related(.scored(_, _, let score)) = try dataset.example(at: index) else { continue }
        if let first, score != first { return }
        first = score
      }
    }
    throw DataError(
      .invalidRecord, context: datasets.map(\.source.name).joined(separator: ", "),
      expected: "pairs of texts with different scores", found: first.map { "the score \($0) throughout" } ?? "none",
      hint: "The losses cosent and angle learn from the order of scores; in_batch needs none.")
  }
}
