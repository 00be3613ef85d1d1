/// What a run notes of the machine that it is on. None of it decides what is computed.
package struct RunMachine: Sendable {
  /// Seconds since some moment.
  package var clock: @Sendable () -> Double
  /// Seconds since 1970.
  package var wallClock: @Sendable () -> Double
  /// Its name, a part of the names of TensorBoard's files.
  package var host: String
  /// The most bytes of memory that the process had so far; nil where the system does not tell.
  package var memory: @Sendable () -> UInt64?
  /// Floating-point operations a second that it can do, where that is known.
  package var peakOperations: Double?

  package init(
    clock: @escaping @Sendable () -> Double, wallClock: @escaping @Sendable () -> Double, host: String,
    memory: @escaping @Sendable () -> UInt64? = { nil }, peakOperations: Double? = nil
  ) {
    self.clock = clock
    self.wallClock = wallClock
    self.host = host
    self.memory = memory
    self.peakOperations = peakOperations
  }
}
