#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The learning rate of every step: a warm-up in a straight line from 0 to the peak, then a shape.
public struct LearningRateSchedule: Sendable, Hashable {
  /// The largest rate.
  public let peak: Double
  /// Steps of the warm-up; step 0 has the rate 0 if there are any.
  public let warmUpSteps: Int
  /// Steps of the run, the warm-up among them.
  public let totalSteps: Int
  /// What comes after the warm-up.
  public let shape: ScheduleShape

  /// A schedule.
  ///
  /// - Throws: `invalidValue` for numbers that cannot be.
  public init(peak: Double, warmUpSteps: Int, totalSteps: Int, shape: ScheduleShape) throws(TrainingError) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.totalSteps = totalSteps
    self.shape = shape
    try Self.check("peak", peak >= 0 && peak.isFinite, "a number from 0 on", "\(peak)")
    try Self.check("steps", (0...1 << 40).contains(totalSteps), "a count of steps", "\(totalSteps)")
    try Self.check("warm-up", (0...totalSteps).contains(warmUpSteps), "at most \(totalSteps) steps", "\(warmUpSteps)")
    try checkShape()
  }

  private func checkShape() throws(TrainingError) {
    let floor: Double
    switch shape {
    case .constant: return
    case .linear(let least): floor = least
    case .cosine(let cycles, let least):
      floor = least
      try Self.check("cycles", cycles > 0 && cycles.isFinite, "a number above 0", "\(cycles)")
    case .cosineRestarts(let cycles, let least):
      floor = least
      try Self.check("cycles", (1...1 << 30).contains(cycles), "a count from 1 on", "\(cycles)")
    case .polynomial(let power, let least):
      floor = least
      try Self.check("power", power > 0 && power.isFinite, "a number above 0", "\(power)")
    case .inverseSquareRoot(let timescale):
      if let timescale {
        try Self.check("timescale", (1...1 << 40).contains(timescale), "a count of steps from 1 on", "\(timescale)")
      }
      return
    case .warmUpStableDecay(let decaySteps, _, let least):
      floor = least
      let room = totalSteps - warmUpSteps
      try Self.check(
        "decay", (0...room).contains(decaySteps), "at most the \(room) steps after the warm-up", "\(decaySteps)")
    }
    try Self.check("floor", floor >= 0 && floor <= 1, "a share of the peak, 0 to 1", "\(floor)")
  }

  private static func check(
    _ name: String, _ isRight: Bool, _ expected: String, _ found: String
  ) throws(TrainingError) {
    if !isRight { throw TrainingError(.invalidValue, context: "schedule: \(name)", expected: expected, found: found) }
  }

  /// The rate of a step, counted from 0.
  public func rate(at step: Int) -> Double { peak * multiplier(at: step) }

  /// The share of the peak that a step has, counted from 0.
  public func multiplier(at step: Int) -> Double {
    let step = max(step, 0)
    if step < warmUpSteps { return Double(step) / Double(warmUpSteps) }
    switch shape {
    case .constant: return 1
    case .linear(let floor): return above(floor, max(0, 1 - progress(step)))
    case .cosine(let cycles, let floor):
      return above(floor, max(0, 0.5 * (1 + cos(.pi * 2 * cycles * progress(step)))))
    case .cosineRestarts(let cycles, let floor):
      if step >= totalSteps { return floor }
      let part = (Double(cycles) * progress(step)).truncatingRemainder(dividingBy: 1)
      return above(floor, max(0, 0.5 * (1 + cos(.pi * part))))
    case .polynomial(let power, let floor): return above(floor, pow(max(0, 1 - progress(step)), power))
    case .inverseSquareRoot(let timescale):
      let scale = timescale ?? (warmUpSteps > 0 ? warmUpSteps : 10_000)
      return 1 / (Double(step - warmUpSteps + scale) / Double(scale)).squareRoot()
    case .warmUpStableDecay(let decaySteps, let decay, let floor):
      let start = totalSteps - decaySteps
      if step < start { return 1 }
      if step >= totalSteps { return floor }
      let done = Double(step - start) / Double(decaySteps)
      switch decay {
      case .linear: return above(floor, 1 - done)
      case .cosine: return above(floor, 0.5 * (1 + cos(.pi * done)))
      case .oneMinusSquareRoot: return above(floor, 1 - done.squareRoot())
      }
    }
  }

  /// The share of the steps after the warm-up that are done; more than 1 after the end.
  private func progress(_ step: Int) -> Double {
    Double(step - warmUpSteps) / Double(max(1, totalSteps - warmUpSteps))
  }

  private func above(_ floor: Double, _ share: Double) -> Double { floor + (1 - floor) * share }
}
