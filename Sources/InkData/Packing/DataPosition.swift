/// An exact place in the batches of a mixture, for checkpoints: from it come the very same batches.
public struct DataPosition: Sendable, Hashable, Codable {
  /// Data and settings that the place belongs to.
  public let fingerprint: UInt64
  /// How many batches were given out.
  public let batches: Int
  /// How far the sources were read before the samples that are still to come.
  public let cursor: StreamCursor
  /// How much behind the cursor was already given out: rows, or tokens where samples are concatenated.
  public let taken: Int
  /// How many rows behind that were already given out of the window in which rows change places.
  public let given: Int
  /// What was counted of the examples before the cursor; nil in positions of versions that did not.
  public let counts: SampleCounts?
}
