/// What a run measures of the machine that it is on. None of it decides what is computed.
package struct RunMeasures: Sendable {
  /// Seconds since some moment.
  package var clock: @Sendable () -> Double
  /// Bytes of memory that the process took at most so far; nil where the system does not tell.
  package var memory: @Sendable () -> UInt64?
  /// Floating-point operations a second that the machine can do, where it is known.
  package var peakOperations: Double?

  package init(
    clock: @escaping @Sendable () -> Double, memory: @escaping @Sendable () -> UInt64? = { nil },
    peakOperations: Double? = nil
  ) {
    self.clock = clock
    self.memory = memory
    self.peakOperations = peakOperations
  }
}
