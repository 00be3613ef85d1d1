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
}

/// When the state of a run is written, and how much of it is kept.
public struct CheckpointSettings: Sendable, Hashable {
  /// Steps between checkpoints.
  public var every: Int
  /// The newest that stay.
  public var keep: Int

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    var part = try reader.part("checkpoint")
    every = try part?.integer("every") ?? 100
    keep = try part?.integer("keep") ?? 2
    try part?.finish()
  }
}

/// A loss that jumps ends the run.
public struct SpikeSettings: Sendable, Hashable {
  /// How far above the mean, in deviations.
  public var deviations: Double
  /// The steps of which mean and deviation are taken.
  public var window: Int

  init?(_ reader: inout RecipeReader) throws(TrainingError) {
    guard var part = try reader.part("spike") else { return nil }
    deviations = try part.number("deviations", in: 1...1e6) ?? 10
    window = try part.integer("window", in: 2...100_000) ?? 50
    try part.finish()
  }
}
