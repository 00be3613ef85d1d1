import InkRetrieval

/// A document on its way into the tables.
struct DocumentChange: Sendable {
  var source: SourceFile
  var title: String?
  var text: [UInt8]
  /// Nil when the format has no pages.
  var pageCount: Int?
  var bytes: [UInt8]?
  var metadata: [String: String]
  var warnings: [String]
  var pieces: [EmbeddedPiece]
  var words: PieceWords
  var updated: Double

  /// What makes two pieces the same but for their place: they keep number and vector.
  private struct Identity: Hashable {
    var hash: String
    var headings: String
  }

  /// A piece that is in the tables.
  private struct Known {
    var id: Int64
    var place: [Int64]
  }

  /// Puts the document in the place of the one of its name. The caller's transaction makes it all or nothing.
  func apply(to connection: PostgreSQLConnection) async throws(RetrievalError) {
    let id = try await writeDocument(connection)
    _ = try await connection.rows("INSERT INTO texts VALUES ($1, $2)", [.integer(id), .bytes(text)])
    if let bytes {
      _ = try await connection.rows("INSERT INTO uploads VALUES ($1, $2)", [.integer(id), .bytes(bytes)])
    }
    let fields = DocumentField.fields(of: source, title: title, metadata: metadata)
    try await connection.run(
      "INSERT INTO fields VALUES ($1, $2, $3, $4, $5::double precision)",
      forEach: fields.map { field in
        [.integer(id), .text(field.origin.rawValue), .text(field.key), .text(field.value), .optional(field.number)]
      })
    try await writePostings(connection, document: id, pieces: try await writePieces(connection, document: id))
  }

  private func writeDocument(_ connection: PostgreSQLConnection) async throws(RetrievalError) -> Int64 {
    let values: [PostgreSQLValue] = [
      .text(source.name), .optional(source.path), .text(source.mediaType), .integer(Int64(source.size)),
      .text(source.sha256), .optional(title), .integer(Int64(text.count)), .integer(Int64(pieces.count)),
      .integer(words.total), .real(updated), .text(try Self.encoded(warnings)),
      pageCount.map { .integer(Int64($0)) } ?? .null,
    ]
    let columns = """
      name, path, media_type, size, sha256, title, text_size, piece_count, word_count, updated, warnings,
      page_count
      """
    let places = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12"
    let known = try await connection.rows("SELECT id FROM documents WHERE name = $1", [.text(source.name)]).first
    guard let known = try known?.integer(0) else {
      let made = try await connection.rows("INSERT INTO documents (\(columns)) VALUES (\(places)) RETURNING id", values)
      guard let id = try made.first?.integer(0) else { throw BackendMessage.damage("a row without its number") }
      return id
    }
    for table in ["fields", "texts", "uploads", "postings"] {
      _ = try await connection.rows("DELETE FROM \(table) WHERE document = $1", [.integer(known)])
    }
    _ = try await connection.rows(
      "UPDATE documents SET (\(columns)) = (\(places)) WHERE id = $13", values + [.integer(known)])
    return known
  }

  /// Writes the pieces that came, moves those that are kept, removes the others.
  ///
  /// - Returns: the pieces' numbers by position.
  private func writePieces(
    _ connection: PostgreSQLConnection, document: Int64
  ) async throws(RetrievalError) -> [Int64] {
    var old: [Identity: [Known]] = [:]
    let rows = try await connection.rows(
      """
      SELECT id, hash, headings, position, first_byte, end_byte, coalesce(page, 0) FROM pieces
      WHERE document = $1 ORDER BY position DESC
      """, [.integer(document)])
    for row in rows {
      var place: [Int64] = []
      for column in 3..<7 { place.append(try row.integer(column)) }
      old[Identity(hash: try row.text(1), headings: try row.text(2)), default: []]
        .append(Known(id: try row.integer(0), place: place))
    }
    var numbers: [Int64] = Array(repeating: 0, count: pieces.count)
    var moved: [[PostgreSQLValue]] = []
    var added: [(position: Int, place: [Int64], headings: String)] = []
    for (position, embedded) in pieces.enumerated() {
      let piece = embedded.piece
      let place = [position, piece.range.lowerBound, piece.range.upperBound, piece.page ?? 0].map { Int64($0) }
      let headings = try Self.encoded(piece.headings)
      if let kept = old[Identity(hash: embedded.hash, headings: headings)]?.popLast() {
        numbers[position] = kept.id
        if kept.place != place { moved.append(place.map { .integer($0) } + [.integer(kept.id)]) }
      } else {
        added.append((position, place, headings))
      }
    }
    let gone = old.values.joined().map(\.id).sorted()
    for statement in ["DELETE FROM vectors WHERE piece = ANY ($1)", "DELETE FROM pieces WHERE id = ANY ($1)"]
    where !gone.isEmpty {
      _ = try await connection.rows(statement, [.integers(gone)])
    }
    try await connection.run(
      "UPDATE pieces SET position = $1, first_byte = $2, end_byte = $3, page = nullif($4, 0) WHERE id = $5",
      forEach: moved)
    try await write(added, connection, document: document, numbers: &numbers)
    return numbers
  }

  private func write(
    _ added: [(position: Int, place: [Int64], headings: String)], _ connection: PostgreSQLConnection, document: Int64,
    numbers: inout [Int64]
  ) async throws(RetrievalError) {
    guard !added.isEmpty else { return }
    let columns: [PostgreSQLValue] = (0..<4).map { column in .integers(added.map { $0.place[column] }) }
    let rows = try await connection.rows(
      """
      INSERT INTO pieces (document, position, first_byte, end_byte, page, headings, hash)
      SELECT $1, position, first_byte, end_byte, nullif(page, 0), headings, hash
      FROM unnest($2, $3, $4, $5, $6, $7) AS added (position, first_byte, end_byte, page, headings, hash)
      ORDER BY position RETURNING id, position
      """,
      [.integer(document)] + columns + [
        .texts(added.map(\.headings)), .texts(added.map { pieces[$0.position].hash }),
      ])
    var vectors: [[PostgreSQLValue]] = []
    for row in rows {
      let (id, position) = (try row.integer(0), try row.count(1))
      guard pieces.indices.contains(position) else { throw BackendMessage.damage("a piece that was not sent") }
      numbers[position] = id
      vectors.append([.integer(id), .vector(pieces[position].vector)])
    }
    guard rows.count == added.count else { throw BackendMessage.damage("fewer pieces than were sent") }
    try await connection.run("INSERT INTO vectors VALUES ($1, $2::vector)", forEach: vectors)
  }

  private func writePostings(
    _ connection: PostgreSQLConnection, document: Int64, pieces numbers: [Int64]
  ) async throws(RetrievalError) {
    let postings = words.terms.sorted { $0.key < $1.key }.map { term, occurrences -> [PostgreSQLValue] in
      [
        .text(term), .integer(document), .integers(occurrences.positions.map { numbers[$0] }),
        .integers(occurrences.frequencies), .integers(occurrences.positions.map { words.lengths[$0] }),
      ]
    }
    try await connection.run(
      "INSERT INTO postings VALUES ($1, $2, $3, $4::bigint[]::integer[], $5::bigint[]::integer[])", forEach: postings)
  }

  private static func encoded(_ strings: [String]) throws(RetrievalError) -> String {
    do { return try JSONText.encode(strings) } catch {
      throw RetrievalError(.invalidDocument, context: "headings or warnings", found: "\(error)")
    }
  }
}
