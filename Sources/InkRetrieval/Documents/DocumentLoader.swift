/// Reads one format of files.
public protocol DocumentLoader: Sendable {
  /// The media types it reads, the usual one first.
  var mediaTypes: [String] { get }
  /// The file name endings it reads, in lower case without the dot.
  var fileExtensions: [String] { get }

  /// Takes the text out of a file's bytes. The same bytes give the same text.
  ///
  /// - Parameter name: the file's name, for messages.
  /// - Throws: ``RetrievalError`` when the bytes are not of the format or beyond a limit; never for what can be left
  /// out
  ///   with a warning.
  func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText
}
