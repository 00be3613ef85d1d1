import InkIndex
public import InkRetrieval

extension PostgreSQLKnowledgeStore {
  public func search(
    words query: String, count: Int, filter: MetadataFilter?
  ) async throws(RetrievalError) -> [ScoredPiece] {
    let query = PhraseQuery(query)
    let phrases = AskedPhrases(query, analyzer: options.analyzer)
    let terms = try repeats(of: query)
    guard count > 0, !terms.isEmpty else { return [] }
    let (context, settings) = (context, settings)
    return try await read { connection throws(RetrievalError) in
      guard let (weights, curve) = try await Self.weigh(terms, connection), !weights.isEmpty else { return [] }
      func best(_ count: Int, holding required: [String]) async throws(RetrievalError) -> [ScoredPiece] {
        let values: [PostgreSQLValue] = [
          .texts(weights.map(\.term)), .reals(weights.map(\.weight)), .real(curve.base), .real(curve.slope),
          .real(curve.shift), .real(curve.k1), .real(curve.factor), .real(curve.offset), .integer(Int64(count)),
          .integers(weights.map { Int64($0.times) }), .texts(required),
        ]
        let condition = try filter.map { filter throws(RetrievalError) in try FilterCondition(filter, after: values) }
        let rows = try await connection.rows(Self.statement(condition), condition?.values ?? values)
        var found: [ScoredPiece] = []
        for row in rows {
          let score = Double(try row.integer(10)) / curve.unit
          found.append(ScoredPiece(try Self.piece(row, context: context), score: score))
        }
        return found
      }
      guard !phrases.isEmpty else { return try await best(count, holding: []) }
      let wanted = PhraseHolders(phrases, settings: settings, count: count)
      let held = try await wanted.first(atMost: .max) { depth throws(RetrievalError) in
        try await best(depth, holding: phrases.required)
      }
      guard held.isEmpty, phrases.mayBeCutOtherwise else { return held }
      return try await wanted.first(atMost: AskedPhrases.mostCompared) { depth throws(RetrievalError) in
        try await best(depth, holding: [])
      }
    }
  }

  public func greatestScore(words query: String) async throws(RetrievalError) -> Double {
    let terms = try repeats(of: PhraseQuery(query))
    return try await read { connection throws(RetrievalError) in
      guard let (weights, curve) = try await Self.weigh(terms, connection) else { return 0 }
      let holding = Dictionary(weights.map { ($0.term, $0.holding) }) { first, _ in first }
      let sum = terms.reduce(Int64(0)) { sum, term in
        sum + Int64(term.value) * curve.greatestWorth(holding: holding[term.key] ?? 0)
      }
      return Double(sum) / curve.unit
    }
  }

  /// The terms of a query, and how often it repeats each.
  private func repeats(of query: PhraseQuery) throws(RetrievalError) -> [String: Int] {
    let terms = options.analyzer.query(query.words).terms
    guard terms.count <= KeywordIndex.mostTerms else {
      throw RetrievalError(
        .invalidSetting, context: "keyword query", expected: "at most \(KeywordIndex.mostTerms) terms",
        found: "\(terms.count)", hint: "Search for less text at a time.")
    }
    var repeats: [String: Int] = [:]
    for term in terms { repeats[term, default: 0] += 1 }
    return repeats
  }

  /// A term of the query, how many pieces hold it, its weight in units, and how often the query repeats it.
  private struct AskedWord: Sendable {
    var term: String
    var holding: Int
    var weight: Double
    var times: Int
  }

  /// The weights of the terms that occur, by the numbers of the whole base; nil when the base has no pieces.
  private static func weigh(
    _ repeats: [String: Int], _ connection: PostgreSQLConnection
  ) async throws(RetrievalError) -> (weights: [AskedWord], curve: FrequencyCurve)? {
    let totals = try await connection.rows(
      "SELECT coalesce(sum(piece_count), 0)::bigint, coalesce(sum(word_count), 0)::bigint FROM documents")
    guard let totals = totals.first, try totals.integer(0) > 0 else { return nil }
    let pieces = try totals.count(0)
    let curve: FrequencyCurve
    do {
      curve = try FrequencyCurve(
        KeywordRanking(), documentCount: pieces, averageLength: Double(try totals.count(1)) / Double(pieces))
    } catch let error as RetrievalError { throw error } catch {
      throw RetrievalError(.invalidSetting, context: "keyword ranking", found: "\(error)")
    }
    let rows = try await connection.rows(
      """
      SELECT term, sum(cardinality(pieces))::bigint FROM postings WHERE term = ANY ($1) GROUP BY term ORDER BY term
      """, [.texts(repeats.keys.sorted())])
    var weights: [AskedWord] = []
    for row in rows {
      let term = try row.text(0)
      guard let count = repeats[term] else { continue }
      let holding = try row.count(1)
      weights.append(AskedWord(term: term, holding: holding, weight: curve.weight(holding: holding), times: count))
    }
    return (weights, curve)
  }

  /// Adds up what the terms are worth in each piece, in the whole units and the order of operations of
  /// `FrequencyCurve.worth`, so that scores are those of the other stores to the bit.
  /// Documents that lack one of the terms in `$11` are left out.
  private static func statement(_ condition: FilterCondition?) -> String {
    let among =
      condition.map { "AND postings.document IN (SELECT documents.id FROM documents WHERE \($0.sql))" } ?? ""
    return """
      WITH found AS MATERIALIZED (
        SELECT posting.piece, sum(asked.times * trunc(greatest(least(
            asked.weight * ($7 * (x / (x + $6 * m)) + $8) + 0.5, 2147483647), 1))::bigint)::bigint AS score
        FROM unnest($1, $2, $10) AS asked (term, weight, times)
        JOIN postings ON postings.term = asked.term
        CROSS JOIN LATERAL unnest(postings.pieces, postings.frequencies, postings.lengths)
          AS posting (piece, frequency, length)
        CROSS JOIN LATERAL (SELECT $3 + $4 * posting.length::double precision AS m) AS scaled
        CROSS JOIN LATERAL (SELECT posting.frequency::double precision + $5 * m AS x) AS counted
        WHERE (cardinality($11) = 0 OR postings.document IN (
            SELECT document FROM postings WHERE term = ANY ($11) GROUP BY document
            HAVING count(*) = cardinality($11)))
        \(among) GROUP BY posting.piece ORDER BY score DESC, posting.piece LIMIT $9)
      SELECT \(pieceColumns), found.score FROM found JOIN pieces ON pieces.id = found.piece \(pieceTables)
      ORDER BY found.score DESC, pieces.id
      """
  }
}
