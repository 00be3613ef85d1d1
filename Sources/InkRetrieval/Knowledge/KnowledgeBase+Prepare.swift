internal import Crypto

extension KnowledgeBase {
  /// Reads a file, compares it with what the base has of it, and cuts it.
  ///
  /// - Parameter known: the base's documents by their names.
  func prepare(_ file: IncomingFile, known: [String: StoredDocument]) async -> PreparedFile {
    let name = file.name
    do throws(RetrievalError) {
      let (bytes, mediaType) = try read(file)
      guard !bytes.isEmpty else {
        return .done(DocumentOutcome(name: name, path: file.path, result: .skipped(.empty)))
      }
      let sha256 = Hexadecimal.text(of: SHA256.hash(data: bytes))
      let earlier = known[name]
      if let earlier, isSame(earlier, file, sha256) {
        return .done(
          DocumentOutcome(name: name, path: file.path, result: .unchanged, pieces: earlier.pieceCount))
      }
      var (chosen, text) = try extractor.extract(bytes, name: name, mediaType: mediaType)
      let source = SourceFile(name: name, path: file.path, mediaType: chosen, size: bytes.count, sha256: sha256)
      let pieces = try await splitter.split(text)
      // Nobody would find it, or know why.
      if pieces.isEmpty, text.warnings.isEmpty { text.warnings.append("It holds no text.") }
      let embeddedTexts = pieces.map(store.settings.searchedText)
      let kept: [UInt8]? =
        switch file.content {
        case .disk: nil
        case .upload: bytes
        }
      return .ready(
        PreparedDocument(
          source: source, text: text, bytes: kept, metadata: file.metadata, pieces: pieces,
          embeddedTexts: embeddedTexts, hashes: embeddedTexts.map { EmbeddedPiece.hash(of: $0) },
          replaces: earlier == nil ? .nothing : .earlier))
    } catch {
      return .done(DocumentOutcome(name: name, path: file.path, result: .failed(error)))
    }
  }

  private func read(_ file: IncomingFile) throws(RetrievalError) -> (bytes: [UInt8], mediaType: String?) {
    switch file.content {
    case .disk(let path): return (try disk.read(path, limit: limits.fileBytes), nil)
    case .upload(let bytes, let mediaType):
      guard bytes.count <= limits.fileBytes else {
        throw RetrievalError(
          .tooLarge, context: file.name, expected: "at most \(limits.fileBytes) bytes", found: "\(bytes.count)",
          hint: "Split the file, or raise the limit.")
      }
      return (bytes, mediaType)
    }
  }

  private func isSame(_ earlier: StoredDocument, _ file: IncomingFile, _ sha256: String) -> Bool {
    earlier.source.sha256 == sha256 && earlier.source.path == file.path
      && file.metadata.allSatisfy { earlier.metadata[$0.key] == $0.value }
  }
}
