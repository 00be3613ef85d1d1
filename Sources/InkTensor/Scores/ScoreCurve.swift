import CInkKernels

/// What occurrences of a term are worth: weight · (factor · x / (x + k1 · m) + offset), rounded to a whole number of 1
/// to 2^31 - 1, where m = base + slope · length and x = frequency + shift · m.
package struct ScoreCurve: Sendable, Hashable {
  /// The weight of the term.
  package var weight: Double
  /// How soon more occurrences stop to count.
  package var saturation: Double
  /// The part of m that does not depend on the length, and that of each unit of length.
  package var base: Double
  package var slope: Double
  /// What is added to the frequency, for each unit of m.
  package var shift: Double
  /// What the fraction is multiplied by, and what is added to it.
  package var factor: Double
  package var offset: Double

  /// A curve.
  package init(
    weight: Double, saturation: Double, base: Double, slope: Double, shift: Double, factor: Double, offset: Double
  ) {
    self.weight = weight
    self.saturation = saturation
    self.base = base
    self.slope = slope
    self.shift = shift
    self.factor = factor
    self.offset = offset
  }

  var kernel: ink_score_curve {
    ink_score_curve(
      weight: weight, k1: saturation, base: base, slope: slope, shift: shift, factor: factor, offset: offset)
  }
}
