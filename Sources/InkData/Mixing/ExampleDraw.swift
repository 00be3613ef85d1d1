/// Which record was drawn, and for the how many-th time.
public struct ExampleDraw: Sendable, Hashable {
  /// The source's place in the mixture.
  public let source: Int
  /// How often the source had been gone through before.
  public let epoch: Int
  /// The record's place in the source's files.
  public let record: Int
  /// The seed of the mixture.
  public let seed: UInt64
  /// Where the record stands.
  public let origin: RecordOrigin

  /// Describes a draw.
  public init(source: Int, epoch: Int, record: Int, seed: UInt64, origin: RecordOrigin) {
    self.source = source
    self.epoch = epoch
    self.record = record
    self.seed = seed
    self.origin = origin
  }

  /// Random numbers of this draw's own; `piece` tells the parts of a divided record apart.
  public func random(for purpose: CountedRandom.Purpose, piece: Int = 0) -> CountedRandom {
    func word(_ number: Int) -> UInt64 { UInt64(truncatingIfNeeded: number) }
    return CountedRandom(seed: seed, for: purpose, word(source), word(epoch), word(record), word(piece))
  }

  /// An error about this record.
  func fault(_ code: DataError.Code, expected: String = "", found: String = "", hint: String = "") -> DataError {
    DataError(code, context: "\(origin)", expected: expected, found: found, hint: hint)
  }
}
