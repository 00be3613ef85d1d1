/// Where a run leaves what it did.
package protocol RunRecorder: Sendable {
  /// Notes a step.
  ///
  /// - Parameter operations: the floating-point operations it took.
  func record(_ report: StepReport, operations: Double) throws(TrainingError)

  /// Notes how the model does on a set that is not trained on.
  func record(_ evaluation: EvaluationResult) throws(TrainingError)

  /// Keeps what `write` puts into a folder, whole or not at all.
  func checkpoint(step: Int, _ write: (String) throws(TrainingError) -> Void) throws(TrainingError)
}
