internal import InkTensor

extension KeywordIndex {
  /// Writes everything into one file, compacted: beside its place, synchronised, then renamed over it.
  ///
  /// Equal documents give equal bytes, in whatever order they came. What was removed is not in the file.
  ///
  /// - Throws: `file` when it cannot be written; the old file is then untouched.
  public func save(to path: String) throws(IndexError) {
    let segment = try compacted()
    var layout = segment.layout
    layout.mark = mark
    let content = SegmentLayout.headerByteCount..<segment.storage.byteCount
    let hash = segment.storage.withBytes(in: content) { KeywordHash.of($0) }
    do throws(TensorError) {
      let file = try AtomicFile(replacing: path)
      try file.write(layout.header(contentHash: hash))
      try file.write(segment.storage, range: content)
      try file.commit()
    } catch {
      throw IndexError(.file, context: path, found: error.description)
    }
  }

  /// Opens a file that ``save(to:)`` wrote, mapped into memory; it is never written to. Changes live in memory until they
  /// are saved.
  ///
  /// The whole file is read once, to compare its hash.
  ///
  /// - Throws: `file` if it cannot be read; `damaged` if its bytes are not those written; `unsupported` if another version
  ///   wrote it; `invalidSetting` if another analyzer made its terms. In the last three cases it must be built anew.
  public static func open(
    _ path: String, analyzer: TextAnalyzer = TextAnalyzer(), ranking: KeywordRanking = KeywordRanking()
  ) throws(IndexError) -> KeywordIndex {
    let storage: Storage
    do throws(TensorError) { storage = try MappedFile.open(path) } catch {
      throw IndexError(.file, context: path, found: error.description)
    }
    let segment = try KeywordSegment(checking: storage, name: path)
    let layout = segment.layout
    let identity = storage.bytes(in: layout.identityStart..<layout.identityStart + layout.identityByteCount)
    guard identity == Array(analyzer.identity.utf8) else {
      throw IndexError(
        .invalidSetting, context: path, expected: analyzer.identity,
        found: String(String(decoding: identity, as: UTF8.self).prefix(200)),
        hint: "Build the keyword index anew, or open it with the analyzer that made it.")
    }
    var index = KeywordIndex(analyzer: analyzer, ranking: ranking)
    index.mark = layout.mark
    if layout.documentCount > 0 { index.parts = [IndexPart(segment)] }
    return index
  }
}
