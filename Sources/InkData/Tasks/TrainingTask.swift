/// What is trained: how examples become samples, and samples become what a step computes with.
public protocol TrainingTask: Sendable {
  /// What one example, or a part of it, becomes.
  associatedtype Sample: TrainingSample
  /// What a step, or a part of one, computes with.
  associatedtype Batch: TrainingBatch

  /// The samples of an example; the same draw gives the same samples.
  /// - Throws: `DataError`; `.tooLong` and `.emptyMask` may be skipped by a plan.
  func samples(of example: Example, draw: ExampleDraw) throws(DataError) -> [Sample]

  /// Samples one behind the other.
  func batch(of samples: [Sample]) -> Batch
}
