import InkRetrieval

/// A metadata filter as a condition on the row `documents`; true or false, never null, so that it can be negated.
/// Values and keys stand in parameters.
struct FilterCondition: Sendable {
  /// The condition.
  private(set) var sql = ""
  /// Every parameter of the statement, those that it began with first.
  private(set) var values: [PostgreSQLValue]
  private var count = 0

  /// - Parameter values: the statement's parameters so far.
  /// - Throws: `unsupported` for a filter that is too deep or too large.
  init(_ filter: MetadataFilter, after values: [PostgreSQLValue]) throws(RetrievalError) {
    self.values = values
    sql = try condition(filter, depth: 0)
  }

  private mutating func condition(_ filter: MetadataFilter, depth: Int) throws(RetrievalError) -> String {
    count += 1
    if case .oneOf(_, let values) = filter { count += values.count }
    guard depth < MetadataFilter.largestDepth, count <= MetadataFilter.largestCount else {
      throw RetrievalError(
        .unsupported, context: "metadata filter",
        expected: "at most \(MetadataFilter.largestDepth) levels and \(MetadataFilter.largestCount) values",
        hint: "Simplify the filter.")
    }
    switch filter {
    case .equals(let key, let value):
      return exists(key, "value = \(parameter(.text(value)))")
    case .oneOf(let key, let values):
      return exists(key, "value = ANY (\(parameter(.texts(values))))")
    case .hasPrefix(let key, let prefix):
      return exists(key, "starts_with(value, \(parameter(.text(prefix))))")
    case .within(let key, let lower, let upper):
      let bounds = (lower ?? -.infinity, upper ?? .infinity)
      // PostgreSQL holds what is no number for greater than every number.
      guard !bounds.0.isNaN, !bounds.1.isNaN else { return "false" }
      return exists(key, "number BETWEEN \(parameter(.real(bounds.0))) AND \(parameter(.real(bounds.1)))")
    case .all(let filters):
      return try joined(filters, "AND", none: "true", depth)
    case .any(let filters):
      return try joined(filters, "OR", none: "false", depth)
    case .not(let filter):
      return "(NOT \(try condition(filter, depth: depth + 1)))"
    }
  }

  private mutating func joined(
    _ filters: [MetadataFilter], _ word: String, none: String, _ depth: Int
  ) throws(RetrievalError) -> String {
    var parts: [String] = []
    for filter in filters { parts.append(try condition(filter, depth: depth + 1)) }
    return parts.isEmpty ? none : "(" + parts.joined(separator: " \(word) ") + ")"
  }

  private mutating func exists(_ key: String, _ test: String) -> String {
    let origin = DocumentField.ownKeys.contains(key) ? DocumentField.Origin.file : .metadata
    return """
      EXISTS (SELECT 1 FROM fields WHERE document = documents.id AND origin = '\(origin.rawValue)' \
      AND key = \(parameter(.text(key))) AND \(test))
      """
  }

  private mutating func parameter(_ value: PostgreSQLValue) -> String {
    values.append(value)
    return "$\(values.count)"
  }
}
