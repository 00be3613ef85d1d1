import InkTraining

extension RunMachine {
  /// A machine of which nothing is known but the time.
  static func silent(clock: @escaping @Sendable () -> Double = { 0 }) -> RunMachine {
    RunMachine(clock: clock, wallClock: { 1_700_000_000 }, host: "host")
  }
}
