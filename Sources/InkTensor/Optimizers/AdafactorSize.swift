/// What the updates of Adafactor are measured by.
public enum AdafactorSize: Sendable, Hashable {
  /// The rate alone.
  case absolute
  /// The rate times the root mean square of the weight, or times `least` where that is more.
  case relativeToWeights(least: Double)
}
