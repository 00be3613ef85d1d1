import GRDB

extension MetadataFilter {
  /// The deepest that filters may stand in each other.
  package static let largestDepth = 32
  /// The most values that a filter compares with.
  package static let largestCount = 10_000

  /// `ink_number(text)`: the number that a text is as a whole; SQLite's own reading takes any text for one.
  static let numberFunction = DatabaseFunction("ink_number", argumentCount: 1, pure: true) { values in
    String.fromDatabaseValue(values[0]).flatMap { Double($0) }
  }

  /// A condition on the row `documents`; true or false, never null, so that it can be negated.
  ///
  /// - Throws: `unsupported` for a filter that is too deep or too large.
  func condition() throws(RetrievalError) -> (sql: String, arguments: StatementArguments) {
    var arguments: StatementArguments = []
    var count = 0
    let sql = try condition(depth: 0, &arguments, &count)
    return (sql, arguments)
  }

  private func condition(
    depth: Int, _ arguments: inout StatementArguments, _ count: inout Int
  ) throws(RetrievalError) -> String {
    guard depth < Self.largestDepth, count < Self.largestCount else {
      throw RetrievalError(
        .unsupported, context: "metadata filter",
        expected: "at most \(Self.largestDepth) levels and \(Self.largestCount) values", hint: "Simplify the filter.")
    }
    count += 1
    switch self {
    case .equals(let key, let value):
      return Self.test(key, "= ?", [value], &arguments)
    case .oneOf(let key, let values):
      count += values.count
      guard !values.isEmpty, count < Self.largestCount else {
        if values.isEmpty { return "0" }
        return try condition(depth: Self.largestDepth, &arguments, &count)
      }
      let places = Array(repeating: "?", count: values.count).joined(separator: ", ")
      return Self.test(key, "IN (\(places))", StatementArguments(values), &arguments)
    case .hasPrefix(let key, let prefix):
      return Self.test(key, form: { "substr(\($0), 1, length(?)) = ?" }, [prefix, prefix], &arguments)
    case .within(let key, let lower, let upper):
      return Self.test(
        key, form: { "ink_number(\($0)) BETWEEN ? AND ?" }, [lower ?? -Double.infinity, upper ?? Double.infinity],
        &arguments)
    case .all(let filters):
      return try Self.joined(filters, "AND", none: "1", depth, &arguments, &count)
    case .any(let filters):
      return try Self.joined(filters, "OR", none: "0", depth, &arguments, &count)
    case .not(let filter):
      return try "(NOT " + filter.condition(depth: depth + 1, &arguments, &count) + ")"
    }
  }

  private static func joined(
    _ filters: [MetadataFilter], _ word: String, none: String, _ depth: Int, _ arguments: inout StatementArguments,
    _ count: inout Int
  ) throws(RetrievalError) -> String {
    // SQLite bounds the depth of an expression, and a chain of words is as deep as it is long.
    guard filters.count <= 500 else {
      throw RetrievalError(
        .unsupported, context: "metadata filter", expected: "at most 500 filters in one",
        found: "\(filters.count)", hint: "Use one that compares with several values.")
    }
    var parts: [String] = []
    for filter in filters { parts.append(try filter.condition(depth: depth + 1, &arguments, &count)) }
    return parts.isEmpty ? none : "(" + parts.joined(separator: " \(word) ") + ")"
  }

  private static func test(
    _ key: String, _ comparison: String, _ values: StatementArguments, _ arguments: inout StatementArguments
  ) -> String {
    test(key, form: { "\($0) \(comparison)" }, values, &arguments)
  }

  private static func test(
    _ key: String, form: (String) -> String, _ values: StatementArguments, _ arguments: inout StatementArguments
  ) -> String {
    switch key {
    case "name", "media_type", "sha256", "title":
      arguments += values
      return "COALESCE(\(form("documents.\(key)")), 0)"
    case _:
      arguments += [key]
      arguments += values
      return "EXISTS (SELECT 1 FROM metadata WHERE document = documents.id AND key = ? AND \(form("value")))"
    }
  }
}
