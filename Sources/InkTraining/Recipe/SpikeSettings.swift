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
