/// The rule of speculative sampling, which leaves the target's distribution unchanged (Leviathan et al. 2023).
package enum SpeculativeAcceptance {
  /// The probability to accept a drafted token: min(1, target / draft); 1 where the draft's probability is 0.
  package static func probability(target: Float, draft: Float) -> Float {
    draft > 0 ? min(1, target / draft) : 1
  }

  /// The distribution to draw from after a rejection: max(0, target - draft), normalised.
  ///
  /// When draft and target are the same nothing is left over, and the target itself is returned.
  package static func residual(target: [Float], draft: [Float]) -> [Float] {
    var total = 0.0
    var residual = target
    for index in 0..<min(target.count, draft.count) {
      residual[index] = max(0, target[index] - draft[index])
    }
    for value in residual { total += Double(value) }
    guard total > 0 else { return target }
    return residual.map { Float(Double($0) / total) }
  }
}
