/// What became of the examples since a stream was opened.
public struct SampleReport: Sendable, Hashable {
  /// How many examples were drawn.
  public internal(set) var drawnCount = 0
  /// How many gave no sample because they are too long.
  public internal(set) var tooLongCount = 0
  /// How many gave no sample because nothing in them is learned.
  public internal(set) var emptyMaskCount = 0
  /// The first of these, with file and line.
  public internal(set) var firstFaults: [DataError] = []

  mutating func skip(_ fault: SampleFault, _ error: DataError) {
    switch fault {
    case .tooLong: tooLongCount += 1
    case .emptyMask: emptyMaskCount += 1
    }
    if firstFaults.count < ReadingReport.rememberedFaults { firstFaults.append(error) }
  }
}
