import Foundation
internal import InkTensor

/// A ranking with the numbers of a collection put in: what a term's occurrences in a document are worth.
///
/// All variants have one form. With m = 1 - b + b · length / average length and x = frequency + d · m, a term is worth
/// weight · (factor · x / (x + k1 · m) + offset). It rises with the frequency and falls with the length, so that a block
/// of postings is bounded by its greatest frequency and shortest length.
///
/// Scores are counted in whole units, a power of two so great that no occurrence is worth more than 31 bits hold: a sum of
/// whole numbers does not depend on the order of its parts, so a search may add terms in any order, skip what cannot
/// matter, and still find the same bits.
package struct FrequencyCurve: Sendable {
  /// Units of a score of 1: 2^27 for the default ranking of a thousand documents, 2^26 for a million.
  package private(set) var unit = 1.0

  private let variant: KeywordRanking.Variant
  private let documentCount: Double
  /// How soon more occurrences stop to count.
  package let k1: Double
  /// m = base + slope · length.
  package let base: Double
  package let slope: Double
  /// x = frequency + shift · m.
  package let shift: Double
  /// Worth = weight · (factor · x / (x + k1 · m) + offset).
  package let factor: Double
  package let offset: Double

  /// - Throws: `invalidSetting` for parameters outside of what the formulas are meant for.
  package init(_ ranking: KeywordRanking, documentCount: Int, averageLength: Double) throws(IndexError) {
    try FrequencyCurve.check(ranking.saturation, "saturation (k1)", through: 1000)
    try FrequencyCurve.check(ranking.lengthNormalization, "length normalization (b)", through: 1)
    variant = ranking.variant
    self.documentCount = Double(documentCount)
    k1 = ranking.saturation
    base = 1 - ranking.lengthNormalization
    slope = averageLength > 0 ? ranking.lengthNormalization / averageLength : 0
    switch ranking.variant {
    case .robertson, .lucene:
      (shift, factor, offset) = (0, 1, 0)
    case .atire:
      (shift, factor, offset) = (0, k1 + 1, 0)
    case .longDocuments(let delta):
      try FrequencyCurve.check(delta, "delta", through: 1000)
      (shift, factor, offset) = (delta, k1 + 1, 0)
    case .lowerBounded(let delta):
      try FrequencyCurve.check(delta, "delta", through: 1000)
      (shift, factor, offset) = (0, k1 + 1, delta)
    }
    // The rarest term weighs most, and its fraction lies below 1.
    let greatest = weight(holding: 0) * (factor + offset)
    unit = Double(sign: .plus, exponent: greatest > 0 ? 30 - Int(greatest.exponent) : 30, significand: 1)
  }

  private static func check(_ value: Double, _ name: String, through limit: Double) throws(IndexError) {
    guard value >= 0, value <= limit else {
      throw IndexError(
        .invalidSetting, context: "keyword ranking, \(name)", expected: "0 to \(limit)", found: "\(value)")
    }
  }

  /// The greatest worth of an occurrence, in units.
  private static let most = 2_147_483_647.0

  /// The weight of a term (its inverse document frequency), in units.
  ///
  /// - Parameter holding: documents that hold it.
  package func weight(holding: Int) -> Double {
    let holding = min(Double(holding), documentCount)
    let weight =
      switch variant {
      case .robertson: log(max((documentCount - holding + 0.5) / (holding + 0.5), 1))
      case .lucene: log(1 + (documentCount - holding + 0.5) / (holding + 0.5))
      case .atire: log(documentCount / max(holding, 1))
      case .longDocuments: log((documentCount + 1) / (holding + 0.5))
      case .lowerBounded: log((documentCount + 1) / max(holding, 1))
      }
    return weight * unit
  }

  /// What no number of occurrences of a term exceeds, in whole units.
  ///
  /// - Parameter holding: documents that hold it.
  package func greatestWorth(holding: Int) -> Int64 {
    Int64(max(min((weight(holding: holding) * (factor + offset)).rounded(), FrequencyCurve.most), 1))
  }

  /// What occurrences are worth, in units. At least one, so that a document that holds a term of no weight at all is
  /// still found, behind all others.
  @inline(__always)
  func worth(weight: Double, frequency: UInt32, length: UInt32) -> Int64 {
    let m = base + slope * Double(length)
    let x = Double(frequency) + shift * m
    let worth = weight * (factor * (x / (x + k1 * m)) + offset) + 0.5
    return Int64(max(min(worth, FrequencyCurve.most), 1))
  }

  /// The same for many postings at once, with the same bits.
  func scoreCurve(weight: Double) -> ScoreCurve {
    ScoreCurve(
      weight: weight, saturation: k1, base: base, slope: slope, shift: shift, factor: factor, offset: offset)
  }

  /// No posting of at most this frequency in documents of at least this length is worth more. Roundings may lift one by a
  /// unit over what the formula's rise says.
  @inline(__always)
  func bound(weight: Double, greatestFrequency: UInt32, shortestLength: UInt32) -> Int64 {
    worth(weight: weight, frequency: greatestFrequency, length: shortestLength) + 2 + Int64(weight * 1e-12)
  }
}
