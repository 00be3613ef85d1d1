/// Weights that are trained differently from the others.
public struct ParameterGroup: Sendable, Hashable {
  /// The weights; a weight belongs to the first group of which a pattern fits its name.
  public let patterns: [ParameterPattern]
  /// Times the learning rate.
  public let rateFactor: Double
  /// Their weight decay, whatever their shape; nil for that of the others.
  public let weightDecay: Double?

  /// A group.
  public init(patterns: [ParameterPattern], rateFactor: Double = 1, weightDecay: Double? = nil) {
    self.patterns = patterns
    self.rateFactor = rateFactor
    self.weightDecay = weightDecay
  }
}
