/// What a run is shown in besides its logs.
public enum ReportForm: String, Sendable, Hashable, CaseIterable {
  /// A page with curves and samples.
  case html
  /// Event files that TensorBoard reads.
  case tensorboard

  /// Both unless the recipe says otherwise.
  static func forms(_ reader: inout RecipeReader) throws(TrainingError) -> Set<ReportForm> {
    try reader.choices("report", of: ReportForm.self) ?? Set(allCases)
  }
}
