/// How rows become batches.
public struct BatchPlan: Sendable, Hashable {
  /// How much a batch, the work between two updates, holds.
  public enum Size: Sendable, Hashable {
    /// This many rows: samples where they are not packed.
    case rows(Int)
    /// As many rows as stay within this many tokens, at least one.
    case tokens(Int)
  }

  /// What becomes of a last batch that is not full.
  public enum LastBatch: Sendable, Hashable {
    case keep, drop
  }

  /// How much a batch holds.
  public var size: Size
  /// Into how many parts a batch is cut, whose gradients are added up.
  public var accumulation: Int
  /// How samples share rows.
  public var packing: Packing
  /// What becomes of a last batch that is not full.
  public var lastBatch: LastBatch
  /// Examples that are left out and counted rather than an error.
  public var skipped: Set<SampleFault>

  /// A plan.
  public init(
    size: Size, accumulation: Int = 1, packing: Packing = .none, lastBatch: LastBatch = .keep,
    skipped: Set<SampleFault> = []
  ) {
    self.size = size
    self.accumulation = accumulation
    self.packing = packing
    self.lastBatch = lastBatch
    self.skipped = skipped
  }

  /// - Throws: `DataError` for batches of nothing and for more parts than rows.
  func check() throws(DataError) {
    let largest: Int =
      switch size {
      case .rows(let rows): rows
      case .tokens(let tokens): tokens
      }
    guard largest >= 1 else {
      throw DataError(.invalidSetting, context: "batch size", expected: "at least 1", found: "\(largest)")
    }
    guard accumulation >= 1, accumulation <= largest else {
      throw DataError(
        .invalidSetting, context: "gradient accumulation", expected: "1 to \(largest) parts of a batch",
        found: "\(accumulation)")
    }
  }
}
