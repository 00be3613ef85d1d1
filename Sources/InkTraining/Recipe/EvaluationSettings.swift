/// When a run is measured.
public struct EvaluationSettings: Sendable, Hashable {
  /// Steps between evaluations.
  public var every: Int
  /// Batches of each.
  public var batches: Int
  /// Evaluations without improvement that end the run, if any number does.
  public var patience: Int?

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    var part = try reader.part("evaluation")
    every = try part?.integer("every") ?? 50
    batches = try part?.integer("batches") ?? 20
    patience = try part?.integer("stop_after")
    try part?.finish()
  }

  /// Whether it says something else than what holds where a recipe says nothing.
  var isUnusual: Bool { every != 50 || batches != 20 || patience != nil }
}
