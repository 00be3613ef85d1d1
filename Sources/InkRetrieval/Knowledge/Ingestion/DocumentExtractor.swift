/// Takes the text out of files of many formats.
public protocol DocumentExtractor: Sendable {
  /// The file name endings that are read, in lower case without the dot; what a folder holds beside them is left alone.
  var fileExtensions: [String] { get }

  /// The text of a file, and the media type that chose how it was read. The same bytes give the same text.
  ///
  /// - Parameters:
  ///   - name: the file's name.
  ///   - mediaType: what a sender says it is; nil where nobody does.
  func extract(
    _ bytes: [UInt8], name: String, mediaType: String?
  ) throws(RetrievalError) -> (mediaType: String, text: ExtractedText)
}
