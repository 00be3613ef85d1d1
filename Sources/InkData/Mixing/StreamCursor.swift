/// How far a mixture has been read. With the same sources and settings, the same examples follow.
public struct StreamCursor: Sendable, Hashable, Codable {
  /// How far one source has been read.
  public struct Source: Sendable, Hashable, Codable {
    /// How many passes are complete.
    public internal(set) var epoch = 0
    /// How many records of this pass have been given out.
    public internal(set) var index = 0
  }

  /// How many examples have been drawn from all sources.
  public internal(set) var draws: UInt64 = 0
  /// The sources in their order.
  public internal(set) var sources: [Source]

  /// The beginning.
  init(sourceCount: Int) { sources = Array(repeating: Source(), count: sourceCount) }
}
