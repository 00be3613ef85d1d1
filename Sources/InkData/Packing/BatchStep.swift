/// A batch in its parts: the work between two updates.
///
/// Gradients of the parts add up to the gradient of the whole when every part's sum of weighted losses is divided by
/// `lossWeight` of the whole, which is known before the first part is computed.
public struct BatchStep<Batch: TrainingBatch>: Sendable {
  /// The parts, in their order; at least one.
  public let parts: [Batch]
  /// What sums of losses are divided by.
  public let lossWeight: Double
  /// How many rows the batch has.
  public let rowCount: Int

  /// How many tokens a model reads.
  public var tokenCount: Int { parts.reduce(0) { $0 + $1.tokenCount } }
  /// Where the samples come from.
  public var origins: [RecordOrigin] { parts.flatMap(\.origins) }
}
