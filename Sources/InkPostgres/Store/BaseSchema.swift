import Foundation
import InkRetrieval

/// The tables of a base: a schema of the database, of its own.
///
/// - `base`: one row: the tables' version, the settings, and what took the texts apart into words.
/// - `documents`, `fields`: what is known of a document. Filters read `fields`, where values that are numbers stand as
///   numbers too. Names and values may be longer than a tree of an index takes, so they are found by hash.
/// - `texts`, `uploads`: bytes, kept uncompressed so that a piece's text is read without the rest. Pieces hold no text.
/// - `pieces`, `vectors`: a piece's place, and its vector; apart, so that a piece that only moves keeps its place in
///   the graph.
/// - `postings`: for a term and a document the pieces that hold it, how often, and the pieces' numbers of terms.
enum BaseSchema {
  /// The version that this program reads and writes.
  static var version: Int64 { 1 + Int64(changes.count) }
  /// How each version is made from the one before it, from the second on.
  static let changes = ["ALTER TABLE documents ADD COLUMN page_count bigint"]
  /// What names of schemas begin with.
  static let prefix = "inkstone_"
  /// Bytes that PostgreSQL keeps of a name.
  static let largestIdentifier = 63
  /// Elements that pgvector's `vector` can have, and that its graph can index.
  static let largestDimension = 16_000
  static let largestIndexedDimension = 2_000

  /// The schema of a base.
  ///
  /// - Throws: `invalidSetting` for a name that is too long for PostgreSQL.
  static func name(of base: KnowledgeName) throws(RetrievalError) -> String {
    let name = prefix + base.description
    guard name.utf8.count <= largestIdentifier else {
      throw RetrievalError(
        .invalidSetting, context: "knowledge base \(base)",
        expected: "a name of at most \(largestIdentifier - prefix.utf8.count) bytes in PostgreSQL",
        found: "one of \(base.description.utf8.count)", hint: "Choose a shorter name.")
    }
    return name
  }

  /// A name as statements hold it, where no parameter may stand.
  static func quoted(_ identifier: String) -> String {
    "\"" + identifier.replacing("\"", with: "\"\"") + "\""
  }

  /// The tables; `dimension` is a number that was checked.
  static func tables(dimension: Int) -> String {
    ([firstTables(dimension: dimension)] + changes).joined(separator: ";\n")
  }

  private static func firstTables(dimension: Int) -> String {
    """
    CREATE TABLE base (version bigint NOT NULL, settings text NOT NULL, analyzer text NOT NULL);
    CREATE TABLE documents (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text COLLATE "C" NOT NULL, path text,
      media_type text NOT NULL, size bigint NOT NULL, sha256 text NOT NULL, title text, text_size bigint NOT NULL,
      piece_count bigint NOT NULL, word_count bigint NOT NULL, updated double precision NOT NULL,
      warnings text NOT NULL, EXCLUDE USING hash (name WITH =));
    CREATE TABLE fields (
      document bigint NOT NULL REFERENCES documents, origin text NOT NULL, key text COLLATE "C" NOT NULL,
      value text COLLATE "C" NOT NULL, number double precision);
    CREATE INDEX fields_document ON fields (document);
    CREATE INDEX fields_value ON fields USING hash (value);
    CREATE TABLE texts (document bigint PRIMARY KEY REFERENCES documents, bytes bytea NOT NULL);
    ALTER TABLE texts ALTER COLUMN bytes SET STORAGE EXTERNAL;
    CREATE TABLE uploads (document bigint PRIMARY KEY REFERENCES documents, bytes bytea NOT NULL);
    ALTER TABLE uploads ALTER COLUMN bytes SET STORAGE EXTERNAL;
    CREATE TABLE pieces (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document bigint NOT NULL REFERENCES documents,
      position bigint NOT NULL, first_byte bigint NOT NULL, end_byte bigint NOT NULL, page bigint,
      headings text NOT NULL, hash text COLLATE "C" NOT NULL);
    CREATE INDEX pieces_document ON pieces (document, position);
    CREATE INDEX pieces_hash ON pieces (hash);
    CREATE TABLE vectors (piece bigint PRIMARY KEY REFERENCES pieces, elements vector(\(dimension)) NOT NULL);
    CREATE TABLE postings (
      term text COLLATE "C" NOT NULL, document bigint NOT NULL REFERENCES documents, pieces bigint[] NOT NULL,
      frequencies integer[] NOT NULL, lengths integer[] NOT NULL, PRIMARY KEY (term, document));
    CREATE INDEX postings_document ON postings (document)
    """
      + (dimension <= largestIndexedDimension
        ? ";\nCREATE INDEX vectors_graph ON vectors USING hnsw (elements vector_cosine_ops)" : "")
  }

  /// Everything that holds rows of documents, for the server's clearing up.
  static let documentTables = "documents, fields, texts, uploads, pieces, vectors, postings"
}
