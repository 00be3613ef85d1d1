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
