/// What a step, or a part of one, computes with.
public protocol TrainingBatch: Sendable {
  /// How many tokens a model reads.
  var tokenCount: Int { get }
  /// What the sum of losses is divided by: the weights of all that is predicted.
  var lossWeight: Double { get }
  /// Where the samples come from.
  var origins: [RecordOrigin] { get }
}
