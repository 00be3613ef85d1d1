/// The recorder of a process that writes nothing: another of the same run does.
package struct SilentRecorder: RunRecorder {
  package init() {}

  package func record(_ report: StepReport, operations: Double) {}

  package func record(evaluation name: String, loss: Double, step: Int) {}

  package func checkpoint(step: Int, _ write: (String) throws(TrainingError) -> Void) {}
}
