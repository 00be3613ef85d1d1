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

extension TrainingSample {
  /// Most samples are whole or nothing.
  public static var division: SampleDivision { .impossible }

  /// Most samples are whole or nothing.
  public func divided(at count: Int) -> (Self, Self)? { nil }
}
