internal import Crypto

extension CitationVerifier {
  /// A verifier that reads each document where the store says it came from: its file, or the bytes that were uploaded.
  ///
  /// - Parameters:
  ///   - extractor: takes the text out of a file, as it did when the document was added.
  ///   - disk: where files lie.
  ///   - largestFile: bytes beyond which a file is not read.
  public init(
    _ store: any KnowledgeStore, extractor: any DocumentExtractor, disk: any DocumentFiles = DiskFiles(),
    largestFile: Int = IngestionLimits().fileBytes
  ) {
    self.init(store) { (document) async throws(RetrievalError) in
      let bytes: [UInt8]
      if let path = document.source.path {
        bytes = try disk.read(path, limit: largestFile)
      } else if let kept = try await store.bytes(ofDocument: document.source.name) {
        bytes = kept
      } else {
        throw RetrievalError(
          .notFound, context: document.source.name, expected: "a file or stored bytes", found: "neither")
      }
      let extracted = try extractor.extract(bytes, name: document.source.name, mediaType: document.source.mediaType)
      return (Hexadecimal.text(of: SHA256.hash(data: bytes)), extracted.text.text)
    }
  }
}
