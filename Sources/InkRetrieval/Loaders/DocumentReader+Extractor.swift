extension DocumentReader: DocumentExtractor {
  /// The text of a file, and the media type that chose how it was read.
  public func extract(
    _ bytes: [UInt8], name: String, mediaType: String?
  ) throws(RetrievalError) -> (mediaType: String, text: ExtractedText) {
    let choice = try choose(bytes, name: name, mediaType: mediaType)
    return (choice.mediaType, try choice.loader.extract(bytes, name: name))
  }
}
