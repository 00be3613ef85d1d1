package import InkData

/// Batches that a run is measured on.
package struct EvaluationSet<Model: TrainedModel>: Sendable {
  package let name: String
  package let role: EvaluationRole
  package let batches: [BatchStep<Model.Batch>]

  package init(name: String, role: EvaluationRole, batches: [BatchStep<Model.Batch>]) {
    self.name = name
    self.role = role
    self.batches = batches
  }
}

/// What the loss on a set decides.
package enum EvaluationRole: String, Sendable, Hashable, Codable {
  /// How well the run learns what it is to learn.
  case target
  /// What it is not to forget.
  case general

  /// What the set of the target is called.
  static let targetName = "validation"
}
