/// How the learning rate goes on after the warm-up. `floor` is the share of the peak that is left at the end.
public enum ScheduleShape: Sendable, Hashable {
  /// It stays.
  case constant
  /// It falls in a straight line.
  case linear(floor: Double = 0)
  /// It falls along half a cosine (Loshchilov and Hutter, "SGDR", 2017); `cycles` is the number of waves until the end,
  /// half a one by default.
  case cosine(cycles: Double = 0.5, floor: Double = 0)
  /// It falls along half a cosine several times, starting again at the peak.
  case cosineRestarts(cycles: Int, floor: Double = 0)
  /// It falls as a power of the share of steps that is left.
  case polynomial(power: Double = 1, floor: Double = 0)
  /// It falls with the square root of the steps (Vaswani et al., 2017): halved at four times `timescale`, which is the
  /// warm-up by default, or 10,000 without one.
  case inverseSquareRoot(timescale: Int? = nil)
  /// It stays and falls in the last `decaySteps` only (Hu et al., "MiniCPM", 2024).
  case warmUpStableDecay(decaySteps: Int, decay: DecayCurve = .linear, floor: Double = 0)
}
