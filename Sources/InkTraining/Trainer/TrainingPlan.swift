/// When something happens in a run, in steps.
package struct TrainingPlan: Sendable, Hashable {
  /// Steps of the whole run; nil ends with the data.
  package var steps: Int?
  package var checkpointEvery: Int?
  package var evaluateEvery: Int?
  /// Batches of an evaluation.
  package var evaluationBatches: Int

  package init(steps: Int?, checkpointEvery: Int? = nil, evaluateEvery: Int? = nil, evaluationBatches: Int = 20) {
    self.steps = steps
    self.checkpointEvery = checkpointEvery
    self.evaluateEvery = evaluateEvery
    self.evaluationBatches = evaluationBatches
  }
}

/// Why a run ended.
package enum RunEnd: Sendable, Hashable {
  /// All steps were done, or the data ended.
  case finished
  /// It was asked to stop and can be resumed.
  case interrupted
  /// A rule stopped it early; the text says why.
  case stopped(String)
}
