import GRDB
import InkIndex

extension SQLiteKnowledgeStore {
  public func search(
    vector: [Float], count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard vector.count == settings.dimension, vector.allSatisfy(\.isFinite) else {
      throw RetrievalError(
        .invalidSetting, context: "query vector", expected: "\(settings.dimension) numbers",
        found: "\(vector.count) elements", hint: "Embed the query with \(settings.embedder).")
    }
    let (settings, path) = (settings, path)
    return try await search(count, filter: filter) { view, allowed, database in
      let filter = allowed.map { VectorFilter.ids($0) } ?? .all
      switch settings.vectors {
      case .float32:
        return try view.vectors.search(vector, count: count, filter: filter).map { ($0.id, Double($0.score)) }
      case .int8:
        // What codes leave undecided lies close behind the last that is wanted.
        let wanted = count + max(count, 32)
        let candidates = try view.vectors.search(vector, count: wanted, filter: filter).map(\.id)
        let contents = PieceContents(database, settings: settings, path: path)
        let scored = try contents.knownVectors(candidates).map { (id: $0.id, score: cosine(vector, $0.vector)) }
        return Array(scored.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }.prefix(count))
      }
    }
  }

  public func search(
    words query: String, count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    let query = PhraseQuery(query)
    let phrases = AskedPhrases(query, analyzer: options.analyzer)
    let terms = options.analyzer.query(query.words)
    let (settings, path) = (settings, path)
    return try await search(count, filter: filter) { view, allowed, database in
      let filter = allowed.map { KeywordFilter.only($0) } ?? .all
      guard !phrases.isEmpty else {
        return try view.keywords.search(terms, count: count, among: filter).map { ($0.id, $0.score) }
      }
      func holders(_ query: KeywordQuery, atMost limit: Int) throws -> [(id: Int64, score: Double)] {
        try Self.holders(of: phrases, view.keywords, query, count: count, atMost: limit, among: filter) { id in
          try Self.piece(id, database, path: path).map { settings.searchedText(of: $0.piece) }
        }
      }
      let found = try holders(KeywordQuery(terms: terms.terms, required: phrases.required), atMost: .max)
      guard found.isEmpty, phrases.mayBeCutOtherwise else { return found }
      return try holders(terms, atMost: AskedPhrases.mostCompared)
    }
  }

  public func greatestScore(words query: String) async throws(RetrievalError) -> Double {
    let terms = options.analyzer.query(PhraseQuery(query).words)
    let indexes = indexes
    return try await read { database in
      let view = try indexes.view(database)
      return try indexes.indexing { try view.keywords.greatestScore(of: terms) }
    }
  }

  /// The best pieces whose text holds phrases, among the first `limit` that an index gives.
  private static func holders(
    of phrases: AskedPhrases, _ index: KeywordIndex, _ query: KeywordQuery, count: Int, atMost limit: Int,
    among filter: KeywordFilter, text: (Int64) throws -> String?
  ) throws -> [(id: Int64, score: Double)] {
    var held: [(id: Int64, score: Double)] = []
    var looked = 0
    for depth in CandidateDepths(for: count, atMost: limit) {
      let matches = try index.search(query, count: depth, among: filter)
      for match in matches.dropFirst(looked) where held.count < count {
        if let text = try text(match.id), phrases.areHeld(by: text) { held.append((match.id, match.score)) }
      }
      if held.count == count || matches.count < depth { break }
      looked = depth
    }
    return held
  }

  /// Searches until an index and a transaction are met in the same state, which nearly always is at once.
  private func search(
    _ count: Int, filter: MetadataFilter?,
    _ body: @escaping @Sendable (PieceIndexes.View, Set<Int64>?, Database) throws -> [(id: Int64, score: Double)]
  ) async throws(RetrievalError) -> [ScoredPiece] {
    guard count > 0 else { return [] }
    let condition = try filter?.condition()
    let (path, indexes) = (path, indexes)
    var last: [ScoredPiece] = []
    for _ in 0..<8 {
      let (found, isConsistent) = try await read { database -> ([ScoredPiece], Bool) in
        let view = try indexes.view(database)
        let allowed = try condition.map { condition in
          try Int64.fetchSet(
            database,
            sql: """
              SELECT pieces.id FROM documents JOIN pieces ON pieces.document = documents.id WHERE \(condition.sql)
              """, arguments: condition.arguments)
        }
        let matches = try indexes.indexing { try body(view, allowed, database) }
        let pieces = try matches.compactMap { match in
          try Self.piece(match.id, database, path: path).map { ScoredPiece($0, score: match.score) }
        }
        return (pieces, pieces.count == matches.count && indexes.isCurrent(view))
      }
      if isConsistent { return found }
      last = found
    }
    // A writer that never rests: what was found was there, though maybe not all of it at one moment.
    return last
  }
}
