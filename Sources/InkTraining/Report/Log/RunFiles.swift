/// The names of what a run leaves in its folder.
enum RunFiles {
  /// An object a step; no times.
  static let metrics = "metrics.jsonl"
  /// An object for every set each time it was measured; no times.
  static let evaluations = "evaluations.jsonl"
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
  /// The tokenizer that the run made.
  static let tokenizer = "tokenizer"
  /// The finished model or adapter.
  static let final = "final"
  /// Folders from which a run can go on.
  static let checkpoints = "checkpoints"
  /// What the name of a checkpoint's folder has before its step.
  static let checkpointPrefix = "step-"
}
