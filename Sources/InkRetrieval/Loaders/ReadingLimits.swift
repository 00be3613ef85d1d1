/// What a file may cost while it is read. A file beyond a limit is refused with code `tooLarge`.
public struct ReadingLimits: Sendable, Hashable {
  /// Bytes of a file.
  public var fileBytes: Int
  /// Bytes of the text taken out of a file.
  public var textBytes: Int
  /// Bytes that all members of an archive, or all streams of a PDF, may unpack to together.
  public var unpackedBytes: Int
  /// How many times larger than its packed form a member or a stream may be, once it is larger than a megabyte.
  public var unpackingRatio: Int
  /// How deep elements, parts and values may stand in each other.
  public var depth: Int

  /// Limits; the usual ones admit any book and refuse what only looks small.
  public init(
    fileBytes: Int = 256 << 20, textBytes: Int = 64 << 20, unpackedBytes: Int = 512 << 20, unpackingRatio: Int = 200,
    depth: Int = 256
  ) {
    self.fileBytes = fileBytes
    self.textBytes = textBytes
    self.unpackedBytes = unpackedBytes
    self.unpackingRatio = unpackingRatio
    self.depth = depth
  }

  /// What may be packed as densely as anybody likes.
  private static let freeSize = 1 << 20

  /// The most bytes that so many packed ones may unpack to.
  func most(unpackedFrom packed: Int) -> Int {
    let (most, isBeyond) = max(packed, 1).multipliedReportingOverflow(by: max(0, unpackingRatio))
    return isBeyond ? .max : max(most, ReadingLimits.freeSize)
  }

  /// Refuses a file that is larger than allowed.
  func check(fileOf count: Int, name: String) throws(RetrievalError) {
    guard count <= fileBytes else {
      throw RetrievalError(
        .tooLarge, context: name, expected: "at most \(fileBytes) bytes", found: "\(count)",
        hint: "Split the file, or leave it out.")
    }
  }

  /// Refuses a text that is larger than allowed.
  func check(textOf count: Int, name: String) throws(RetrievalError) {
    guard count <= textBytes else {
      throw RetrievalError(
        .tooLarge, context: name, expected: "at most \(textBytes) bytes of text", found: "\(count)",
        hint: "Split the file, or leave it out.")
    }
  }
}
