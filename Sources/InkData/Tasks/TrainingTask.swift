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

/// What one example, or a part of it, becomes.
public protocol TrainingSample: Sendable {
  /// How many tokens it takes.
  var tokenCount: Int { get }
  /// Where it comes from.
  var origin: RecordOrigin { get }
  /// Whether it may be cut in two without losing what it teaches.
  static var division: SampleDivision { get }
  /// The first tokens and the others, or nil where it may not be cut there.
  func divided(at count: Int) -> (Self, Self)?
}

/// Whether samples may be cut in two.
public enum SampleDivision: Sendable, Hashable {
  case possible, impossible
}

extension TrainingSample {
  /// Most samples are whole or nothing.
  public static var division: SampleDivision { .impossible }

  /// Most samples are whole or nothing.
  public func divided(at count: Int) -> (Self, Self)? { nil }
}

/// What a step, or a part of one, computes with.
public protocol TrainingBatch: Sendable {
  /// How many tokens a model reads.
  var tokenCount: Int { get }
  /// What the sum of losses is divided by: the weights of all that is predicted.
  var lossWeight: Double { get }
  /// Where the samples come from.
  var origins: [RecordOrigin] { get }
}
