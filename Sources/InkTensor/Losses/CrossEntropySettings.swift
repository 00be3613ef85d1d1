/// What becomes of the scores of a head before the loss, and what the loss is besides the likelihood of the targets.
package struct CrossEntropySettings: Sendable, Hashable {
  /// Multiplies the scores.
  package var scale: Float
  /// Scores become `cap * tanh(score / cap)` when set (Gemma 2).
  package var softCap: Float?
  /// The share of the loss that is the mean over all entries instead of the target (Szegedy et al., 2016).
  package var labelSmoothing: Float
  /// Multiplies the square of the logarithm of the softmax's denominator, which is added (Chowdhery et al., 2022).
  package var zLoss: Float

  package init(scale: Float = 1, softCap: Float? = nil, labelSmoothing: Float = 0, zLoss: Float = 0) {
    self.scale = scale
    self.softCap = softCap
    self.labelSmoothing = labelSmoothing
    self.zLoss = zLoss
  }
}
