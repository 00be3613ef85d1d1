/// A number that tells how good a model is at what it learns, beside its loss.
public struct Measure: Sendable, Hashable {
  /// What is measured.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The share that is right.
    case accuracy
    /// The mean over the classes of the harmonic mean of precision and recall.
    case macroF1 = "macro_f1"
    /// How well a line through the points fits.
    case pearson
    /// How well the order agrees.
    case spearman
  }

  /// What is measured.
  public let kind: Kind
  /// Its value, which is finite.
  public let value: Double

  /// A measure; nil for a value that is no number, such as the correlation of what is all the same.
  public init?(_ kind: Kind, _ value: Double) {
    guard value.isFinite else { return nil }
    self.kind = kind
    self.value = value
  }
}

/// How a model does on a set that is not trained on.
package struct Evaluation: Sendable, Hashable {
  /// The mean loss.
  package let loss: Double
  /// What else is measured, as far as it is defined.
  package let measures: [Measure]

  package init(loss: Double, measures: [Measure] = []) {
    self.loss = loss
    self.measures = measures
  }
}
