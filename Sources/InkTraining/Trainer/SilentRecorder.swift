/// The recorder of a process that writes nothing: another of the same run does.
package struct SilentRecorder: RunRecorder {
  package init() {}

  package func record(_ report: StepReport, operations: Double) {}

  package func record(_ evaluation: EvaluationResult) {}

  package func checkpoint(step: Int, _ write: (String) throws(TrainingError) -> Void) {}
}
