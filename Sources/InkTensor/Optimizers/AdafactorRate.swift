/// Where the rate of Adafactor comes from.
public enum AdafactorRate: Sendable, Hashable {
  /// The learning rate is the rate.
  case scheduled
  /// The method's own, min(0.01, 1 / sqrt(step)), times the learning rate: a rate of 1 leaves it as it is.
  case inverseRoot
  /// The method's own with warm-up, min(step / 1,000,000, 1 / sqrt(step)), times the learning rate.
  case inverseRootWithWarmUp
}
