import GRDB
import InkIndex

extension PieceIndexes {
  /// Opens the latest index files that belong to the base's history and lets them catch up, or builds what is missing.
  func load(_ database: Database) throws -> Loaded {
    let end = try ChangeLog.end(database)
    let count = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM pieces") ?? 0
    let keywords = try open(.keywords, database) { path throws(IndexError) in
      try KeywordIndex.open(path, analyzer: options.analyzer)
    }
    let graph: Opened<VectorIndex> =
      count > options.graphFrom
      ? try open(.vectors, database) { path throws(IndexError) in
        let index = try VectorIndex.open(path, threads: options.threads)
        guard index.settings.dimension == settings.dimension, index.settings.storage == storage(.hnsw()) else {
          throw IndexError(
            .damaged, context: path, expected: "vectors of \(settings.dimension) elements as \(settings.vectors)")
        }
        return index
      } : .nothing(reason: nil)
    // A base that was small when it was saved last has no file of vectors yet.
    let graphWasSaved =
      switch keywords {
      case .found(let index, _, _): index.documentCount > options.graphFrom
      case .nothing: true
      }
    var saved = keywords.place
    if count > options.graphFrom, graph.place != saved { saved = nil }

    // Each is brought to the transaction's state by itself, since they may have been saved at different moments.
    let keywordIndex: KeywordIndex
    switch keywords {
    case .found(var index, let entries, _):
      try update(&index, entries, database)
      keywordIndex = index
    case .nothing(let reason):
      keywordIndex = try keywordsBuilt(database)
      if count > 0 { tell(.keywords, count, reason) }
    }
    let vectorIndex: VectorIndex
    switch graph {
    case .found(let index, let entries, _):
      try update(index, entries, database)
      vectorIndex = index
    case .nothing(let reason):
      vectorIndex = try vectors(database, kind: count > options.graphFrom ? .hnsw() : .flat)
      if count > options.graphFrom, graphWasSaved { tell(.vectors, count, reason) }
    }
    return Loaded(place: end, vectors: vectorIndex, keywords: keywordIndex, saved: saved == end ? saved : nil)
  }

  /// Builds everything from the database.
  func build(_ reason: String, _ database: Database) throws -> Loaded {
    let vectors = try vectors(database, kind: .flat)
    let count = vectors.count
    for kind in IndexFile.Kind.allCases where count > 0 { tell(kind, count, reason) }
    return Loaded(
      place: try ChangeLog.end(database),
      vectors: count > options.graphFrom ? try self.vectors(database, kind: .hnsw()) : vectors,
      keywords: try keywordsBuilt(database))
  }

  func vectors(_ database: Database, kind: VectorSettings.Kind) throws -> VectorIndex {
    let storage = storage(kind)
    return try indexing {
      let index = try VectorIndex(
        VectorSettings(dimension: settings.dimension, metric: .cosine, storage: storage, kind: kind),
        threads: options.threads)
      let contents = PieceContents(database, settings: settings, path: path)
      for batch in try contents.batches() { try index.add(contentsOf: contents.vectors(batch)) }
      return index
    }
  }

  /// What an index keeps of a vector.
  private func storage(_ kind: VectorSettings.Kind) -> VectorSettings.Storage {
    switch (settings.vectors, kind) {
    case (.int8, _): .int8(rescoring: .none)
    case (.float32, .flat): .float32
    case (.float32, .hnsw): .int8(rescoring: .float32)
    }
  }

  private func keywordsBuilt(_ database: Database) throws -> KeywordIndex {
    try indexing {
      var index = KeywordIndex(analyzer: options.analyzer)
      let contents = PieceContents(database, settings: settings, path: path)
      for batch in try contents.batches() { try index.add(contents.texts(batch)) }
      return index
    }
  }

  /// What was found of an index's files.
  private enum Opened<Index> {
    /// An index, the place it was saved at, and what came after.
    case found(Index, [ChangeLog.Entry], ChangeLog.Place)
    /// The reason is nil when nothing was to be expected.
    case nothing(reason: String?)

    var place: ChangeLog.Place? {
      switch self {
      case .found(_, _, let place): place
      case .nothing: nil
      }
    }
  }

  private func open<Index>(
    _ kind: IndexFile.Kind, _ database: Database, _ opening: (String) throws(IndexError) -> Index
  ) throws -> Opened<Index> {
    var reason = "its file is missing"
    for file in IndexFile.all(kind, in: folder) {
      guard let entries = try ChangeLog.entries(after: file.place, database) else {
        reason = "its file is of another state of the base"
        continue
      }
      do throws(IndexError) { return .found(try opening(folder + "/" + file.name), entries, file.place) } catch {
        reason = error.description
      }
    }
    return .nothing(reason: reason)
  }

  private func tell(_ kind: IndexFile.Kind, _ count: Int, _ reason: String?) {
    guard let reason else { return }
    options.notice(.rebuilt(base: path, index: kind.rawValue, pieces: count, reason: reason))
  }
}
