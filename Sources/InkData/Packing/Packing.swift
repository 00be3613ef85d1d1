/// How samples share rows. A row is a number of tokens that a batch counts; attention never crosses samples.
public enum Packing: Sendable, Hashable {
  /// A sample is a row.
  case none
  /// Whole samples are fitted into rows of at most `rowLength` tokens: of every `window` samples the longest first, each
  /// into the fullest row that still holds it (best-fit decreasing).
  case bestFit(rowLength: Int, window: Int)
  /// Samples follow each other in rows of exactly `rowLength` tokens and are cut where a row ends; for pretraining on text.
  /// Every `window` rows come in an order that is drawn at random, so that a batch is not of one long document; with 1 they
  /// come as they are.
  case concatenate(rowLength: Int, window: Int = 1)

  /// How many rows change places.
  var rowWindow: Int {
    switch self {
    case .none, .bestFit: 1
    case .concatenate(_, let window): window
    }
  }

  /// - Throws: `DataError` for rows that hold nothing, and for cutting samples that must stay whole.
  func check(_ division: SampleDivision) throws(DataError) {
    switch self {
    case .none: return
    case .bestFit(let length, let window):
      guard length >= 1, window >= 1 else {
        throw DataError(
          .invalidSetting, context: "packing", expected: "a row length and a window of at least 1",
          found: "\(length) and \(window)")
      }
    case .concatenate(let length, let window):
      guard length >= 1, window >= 1 else {
        throw DataError(
          .invalidSetting, context: "packing", expected: "a row length and a window of at least 1",
          found: "\(length) and \(window)")
      }
      guard division == .possible else {
        throw DataError(
          .unsupported, context: "packing", expected: "best fit or none, because these samples must stay whole",
          found: "concatenation")
      }
    }
  }

  func add(to hash: inout ContentHash) {
    switch self {
    case .none: hash.add(UInt64(0))
    case .bestFit(let length, let window):
      hash.add(UInt64(1))
      hash.add(UInt64(truncatingIfNeeded: length))
      hash.add(UInt64(truncatingIfNeeded: window))
    case .concatenate(let length, let window):
      hash.add(UInt64(2))
      hash.add(UInt64(truncatingIfNeeded: length))
      hash.add(UInt64(truncatingIfNeeded: window))
    }
  }
}
