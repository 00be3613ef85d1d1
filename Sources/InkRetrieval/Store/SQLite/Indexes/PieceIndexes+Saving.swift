import InkIndex

extension PieceIndexes {
  /// Writes both indexes and deletes their earlier files. What cannot be written is told; nothing depends on it.
  func write(_ indexes: inout Loaded) {
    guard indexes.saved != indexes.place else { return }
    var isSaved = true
    for kind in IndexFile.Kind.allCases {
      let file = IndexFile(kind, at: indexes.place)
      do throws(IndexError) {
        switch kind {
        case .keywords:
          indexes.keywords.mark = indexes.place.sequence
          try indexes.keywords.save(to: folder + "/" + file.name)
        case .vectors:
          guard case .hnsw = indexes.vectors.settings.kind else {
            // A flat index is read from the database faster than it would be kept twice.
            IndexFile.deleteAll(kind, in: folder, except: nil)
            continue
          }
          try indexes.vectors.save(folder + "/" + file.name)
        }
        IndexFile.deleteAll(kind, in: folder, except: file)
      } catch {
        isSaved = false
        // Earlier files may hold what was removed since.
        IndexFile.deleteAll(kind, in: folder, except: nil)
        options.notice(.notSaved(base: path, index: kind.rawValue, reason: error.description))
      }
    }
    if isSaved { indexes.saved = indexes.place }
  }
}
