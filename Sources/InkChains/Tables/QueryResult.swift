/// What a query found.
public struct QueryResult: Sendable, Hashable {
  /// Whether all rows are there.
  public enum End: Sendable, Hashable {
    case complete
    /// There are more rows than were allowed.
    case cut
  }
  /// The columns' names.
  public var columns: [String]
  /// The rows; nil stands for a missing value.
  public var rows: [[String?]]
  /// Whether these are all.
  public var end: End

  /// A result.
  public init(columns: [String], rows: [[String?]], end: End) {
    self.columns = columns
    self.rows = rows
    self.end = end
  }

  /// The result as lines of values with ` | ` between them, the columns' names first.
  public var text: String {
    var lines = [columns.joined(separator: " | ")]
    lines += rows.map { row in row.map { $0 ?? "null" }.joined(separator: " | ") }
    switch end {
    case .complete: break
    case .cut: lines.append("[cut: there are more rows]")
    }
    return lines.joined(separator: "\n")
  }
}
