/// Unpacks compressed data files, for callers that have a decoder at hand.
public protocol FileDecompressor: Sendable {
  /// The extension of such files without its dot, such as `gz`.
  var fileExtension: String { get }
  /// The contents.
  /// - Throws: `DataError` for damaged files.
  func decompressed(_ bytes: [UInt8], path: String) throws(DataError) -> [UInt8]
}
