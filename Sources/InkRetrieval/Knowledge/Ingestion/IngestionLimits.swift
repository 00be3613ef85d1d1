/// What adding documents may cost.
public struct IngestionLimits: Sendable, Hashable {
  /// Bytes of a file.
  public var fileBytes: Int
  /// Files of a folder.
  public var files: Int
  /// How deep folders may stand in each other.
  public var depth: Int
  /// Files that are read and cut at a time, beside the embedding of earlier ones.
  public var readers: Int
  /// Pieces that the embedder is given at once.
  public var batch: Int

  /// Limits.
  public init(
    fileBytes: Int = 256 << 20, files: Int = 1_000_000, depth: Int = 64, readers: Int = 2, batch: Int = 64
  ) {
    self.fileBytes = fileBytes
    self.files = files
    self.depth = depth
    self.readers = readers
    self.batch = batch
  }

  func check() throws(RetrievalError) {
    for (name, value) in [
      ("fileBytes", fileBytes), ("files", files), ("depth", depth), ("readers", readers), ("batch", batch),
    ] where value < 1 {
      throw RetrievalError(.invalidSetting, context: name, expected: "at least 1", found: "\(value)")
    }
  }
}
