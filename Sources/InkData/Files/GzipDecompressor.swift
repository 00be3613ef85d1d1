internal import InkArchive

/// Reads `.gz` files (RFC 1952): all members of one, with their check sums.
public struct GzipDecompressor: FileDecompressor, Hashable {
  public let fileExtension = "gz"
  /// The most bytes that may come out of a file.
  public let limit: Int

  /// Text shrinks to a third or a tenth. What shrinks to less than this part of it was made to fill memory, unless it is
  /// small.
  private static let largestRatio = 256
  private static let smallest = 1 << 20

  /// A reader.
  ///
  /// - Parameter limit: the most bytes that may come out of a file.
  public init(limit: Int = 4 << 30) { self.limit = limit }

  /// The contents.
  ///
  /// - Throws: `invalidRecord` for damaged data, with the byte at which the damaged member begins; `unsupported` for more
  ///   bytes than the limit, or than data of that size hold.
  public func decompressed(_ bytes: [UInt8], path: String) throws(DataError) -> [UInt8] {
    let most = bytes.count.multipliedReportingOverflow(by: Self.largestRatio)
    let bound = min(limit, most.overflow ? .max : max(most.partialValue, Self.smallest))
    do throws(ArchiveError) { return try GzipFile.inflate(bytes, limit: bound, context: path) } catch {
      let code: DataError.Code =
        switch error.code {
        case .damaged: .invalidRecord
        case .tooLarge, .unsupported: .unsupported
        case .file, .cancelled, .stopped: .file
        }
      throw DataError(
        code, context: error.context, expected: error.expected, found: error.found,
        hint: error.code == .tooLarge ? "Unpack the file, or cut it into smaller ones." : error.hint)
    }
  }
}
