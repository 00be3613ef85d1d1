/// What became of the examples of a stream, those before the place where it was opened among them.
public struct SampleReport: Sendable, Hashable {
  /// How many there were.
  public internal(set) var counts = SampleCounts()
  /// The first that gave no sample since the stream was opened, with file and line.
  public internal(set) var firstFaults: [DataError] = []

  init(_ counts: SampleCounts) { self.counts = counts }

  mutating func skip(_ fault: SampleFault, _ error: DataError) {
    switch fault {
    case .tooLong: counts.tooLong += 1
    case .emptyMask: counts.withoutLoss += 1
    }
    if firstFaults.count < ReadingReport.rememberedFaults { firstFaults.append(error) }
  }
}
