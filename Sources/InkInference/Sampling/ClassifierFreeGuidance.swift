package import InkChat

/// Guidance away from an unconditional prompt (Sanchez et al. 2023), on log-probabilities.
package enum ClassifierFreeGuidance {
  /// unconditional + scale * (conditional - unconditional), both as log-probabilities, [vocabulary].
  ///
  /// - Throws: `invalidInput` for rows of unequal length; `numericalFailure` as `LogProbabilities`.
  package static func logits(
    conditional: Span<Float>, unconditional: Span<Float>, scale: Float
  ) throws(GenerationError) -> [Float] {
    guard conditional.count == unconditional.count else {
      throw GenerationError(
        code: .invalidInput, context: "classifier-free guidance", expected: "\(conditional.count) unconditional logits",
        found: "\(unconditional.count)")
    }
    let wanted = try LogProbabilities(of: conditional)
    let unwanted = try LogProbabilities(of: unconditional)
    var guided = [Float](repeating: 0, count: conditional.count)
    for index in guided.indices {
      let base = unwanted.value(of: unconditional[index])
      guided[index] = base + scale * (wanted.value(of: conditional[index]) - base)
    }
    return guided
  }
}
