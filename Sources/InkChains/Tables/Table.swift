/// A table of text, such as a CSV file holds.
public struct Table: Sendable, Hashable {
  /// What the values of a column are.
  public enum Kind: String, Sendable, Hashable {
    case integer = "INTEGER"
    case number = "REAL"
    case text = "TEXT"
  }

  /// The name by which statements call the table.
  public var name: String
  /// The columns' names.
  public var columns: [String]
  /// The rows, each as wide as the columns.
  public var rows: [[String]]

  /// A table.
  public init(name: String, columns: [String], rows: [[String]]) {
    self.name = name
    self.columns = columns
    self.rows = rows
  }

  /// A table out of comma-separated values (RFC 4180); the first line names the columns (``named(_:)``).
  ///
  /// - Parameter separator: what stands between values.
  /// - Throws: `invalidInput` with the line of an open quote or of a row that is not as wide as the first.
  public init(name: String, csv: String, separator: Character = ",") throws(ChainError) {
    var records = try CSVReader.records(csv, separator: separator)
    guard !records.isEmpty else {
      throw ChainError(.invalidInput, context: name, expected: "a line of column names", found: "an empty table")
    }
    let columns = Self.named(records.removeFirst())
    self.init(name: name, columns: columns, rows: records)
    try check()
  }

  /// Names for columns as a file gives them: one without a name is called `column_` and its number, and of those that
  /// are called alike, but for case, the second becomes `name_2`.
  public static func named(_ given: [String]) -> [String] {
    var taken: Set<String> = []
    return given.enumerated().map { position, name in
      let base = name.allSatisfy(\.isWhitespace) ? "column_\(position + 1)" : name
      var column = base
      var number = 2
      while !taken.insert(column.lowercased()).inserted {
        column = "\(base)_\(number)"
        number += 1
      }
      return column
    }
  }

  /// What the values of each column are: numbers only where every value that is there is one.
  public var kinds: [Kind] {
    columns.indices.map { column in
      var kind: Kind?
      for row in rows where column < row.count && !row[column].isEmpty {
        let value = row[column]
        // A code with leading zeros, such as 007, is no number.
        let isCode = value.count > 1 && value.first == "0" && value.allSatisfy(\.isNumber)
        if Int64(value) != nil && !isCode {
          if kind == nil { kind = .integer }
        } else if let number = Double(value), number.isFinite, !isCode, value.first?.isLetter == false {
          kind = .number
        } else {
          return .text
        }
      }
      return kind ?? .text
    }
  }

  func check() throws(ChainError) {
    guard !columns.isEmpty, columns.allSatisfy({ !$0.isEmpty }) else {
      throw ChainError(.invalidInput, context: name, expected: "a name for each column", found: "\(columns)")
    }
    // SQLite ends a statement at a zero byte.
    guard !([name] + columns).contains(where: { $0.utf8.contains(0) }) else {
      throw ChainError(
        .invalidInput, context: "names of a table", expected: "text", found: "a zero byte in a name")
    }
    guard columns.count <= 2_000 else {
      throw ChainError(.invalidInput, context: name, expected: "at most 2000 columns", found: "\(columns.count)")
    }
    if let index = rows.firstIndex(where: { $0.count != columns.count }) {
      throw ChainError(
        .invalidInput, context: "\(name), row \(index + 1)", expected: "\(columns.count) values",
        found: "\(rows[index].count)")
    }
  }
}
