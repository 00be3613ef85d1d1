/// The names of what a run leaves in its folder.
enum RunFiles {
  /// An object a step and one for every evaluation; no times.
  static let metrics = "metrics.jsonl"
  /// How long steps took.
  static let timings = "timings.jsonl"
  /// What the model wrote.
  static let samples = "samples.jsonl"
  /// What the run was told to do.
  static let recipe = "recipe.yaml"
  /// Folders of the stages before the last.
  static let stages = "stages"
  /// What became of the data, when the run ended.
  static let summary = "summary.json"
  /// The page for people.
  static let report = "report.html"
  /// The finished model or adapter.
  static let final = "final"
  /// Folders from which a run can go on.
  static let checkpoints = "checkpoints"
  /// What the name of a checkpoint's folder has before its step.
  static let checkpointPrefix = "step-"
}
