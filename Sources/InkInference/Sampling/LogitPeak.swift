package import InkChat

/// The best token of a row of logits, found in one pass.
package struct LogitPeak: Sendable, Hashable {
  /// The token with the highest logit; the lowest id wins a tie.
  package let token: Int32
  package let logit: Float

  /// Scans a row of logits.
  ///
  /// Sixteen lanes each keep the first place of their own maximum, so the pass has no branch and no second visit.
  ///
  /// - Parameter logits: one logit per token, [vocabulary]; minus infinity marks a forbidden token.
  /// - Throws: `invalidInput` for an empty row; `numericalFailure` for a NaN, for plus infinity, or when every token is
  ///   forbidden.
  package init(of logits: Span<Float>) throws(GenerationError) {
    var lanes = SIMD16<Float>(repeating: -.infinity)
    var places = SIMD16<Int32>(repeating: 0)
    var place = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    // A NaN survives a sum and equals nothing; x - x would make NaN of infinities, which are allowed here.
    var notNumbers = SIMD16<Int32>(repeating: 0)
    let bytes = logits.bytes
    let wholeChunks = logits.count / 16 * 16
    var start = 0
    while start < wholeChunks {
      let chunk = bytes.unsafeLoadUnaligned(fromByteOffset: start &* 4, as: SIMD16<Float>.self)
      let better = chunk .> lanes
      lanes.replace(with: chunk, where: better)
      places.replace(with: place, where: better)
      notNumbers.replace(with: 1, where: chunk .!= chunk)
      place &+= 16
      start &+= 16
    }
    var best = -Float.infinity
    var bestToken = Int32.max
    for lane in 0..<16 {
      if lanes[lane] > best || (lanes[lane] == best && places[lane] < bestToken) {
        best = lanes[lane]
        bestToken = places[lane]
      }
    }
    var sawNotNumber = notNumbers != SIMD16<Int32>(repeating: 0)
    for index in wholeChunks..<logits.count {
      let logit = logits[index]
      if logit.isNaN { sawNotNumber = true }
      if logit > best {
        best = logit
        bestToken = Int32(truncatingIfNeeded: index)
      }
    }
    guard !sawNotNumber, best.isFinite else { throw Self.failure(logits) }
    token = bestToken
    logit = best
  }

  private static func failure(_ logits: Span<Float>) -> GenerationError {
    if logits.isEmpty {
      return GenerationError(code: .invalidInput, context: "sampling", expected: "logits", found: "an empty row")
    }
    for index in logits.indices where logits[index].isNaN || logits[index] == .infinity {
      return GenerationError(
        code: .numericalFailure, context: "logit of token \(index)", expected: "a finite number",
        found: "\(logits[index])", hint: "The weights may be damaged; check the model file.")
    }
    return GenerationError(
      code: .numericalFailure, context: "sampling", expected: "at least one permitted token",
      found: "every token forbidden", hint: "Loosen the logit bias or the other bans.")
  }
}
