/// What was found while a source was opened.
public struct ReadingReport: Sendable, Hashable {
  /// The files that were read, in their order.
  public internal(set) var files: [String] = []
  /// Files in named folders that were passed over because of their extension.
  public internal(set) var ignoredFiles: [String] = []
  /// Fields of the first record that the format does not use.
  public internal(set) var unusedFields: [String] = []
  /// How many records can be used.
  public internal(set) var recordCount = 0
  /// How many records were left out because they are broken.
  public internal(set) var skippedCount = 0
  /// The first of the faults, with file and line.
  public internal(set) var firstFaults: [DataError] = []

  static let rememberedFaults = 5

  mutating func skip(_ fault: DataError) {
    skippedCount += 1
    if firstFaults.count < Self.rememberedFaults { firstFaults.append(fault) }
  }
}
