import Foundation
package import InkChains
import InkRetrieval

/// Tables of a file: comma-separated values, a workbook, or a SQLite database.
package enum TableFile {
  /// A database of the tables of some files. A SQLite file stands alone, since it is read where it is.
  ///
  /// - Throws: `CommandError`, `RetrievalError` and `ChainError` with the file and the line of what cannot be a table.
  package static func database(_ paths: [String]) throws -> TableDatabase {
    if let path = paths.first(where: isDatabase) {
      guard paths.count == 1 else {
        throw CommandError(.usage, context: path, expected: "a SQLite file alone", found: "\(paths.count) files")
      }
      guard FileManager.default.fileExists(atPath: path) else {
        throw CommandError(.cannotRead, context: path, found: "no such file", hint: "Check the path.")
      }
      return try TableDatabase(file: path)
    }
    var names: Set<String> = []
    var tables: [Table] = []
    for path in paths {
      for var table in try self.tables(path) {
        let name = table.name
        var number = 2
        while !names.insert(table.name.lowercased()).inserted {
          table.name = "\(name)_\(number)"
          number += 1
        }
        tables.append(table)
      }
    }
    return try TableDatabase(tables)
  }

  private static func isDatabase(_ path: String) -> Bool {
    ["sqlite", "sqlite3", "db"].contains(ending(path))
  }

  private static func tables(_ path: String) throws -> [Table] {
    switch ending(path) {
    case "xlsx", "xlsm", "xltx":
      let sheets = try SpreadsheetLoader().sheets(try InputFile.bytes(path), name: path)
      let tables = sheets.compactMap { table(named: $0.name, $0.rows) }
      guard !tables.isEmpty else {
        throw CommandError(.invalidData, context: path, expected: "a sheet with a row of names", found: "empty sheets")
      }
      return tables
    case "csv", "tsv", "tab", "txt", "dat", "":
      // Spreadsheet programs write the encoding of their country.
      let text = try TextEncoding.text(of: try InputFile.bytes(path), name: path).text
      let separator: Character = ["tsv", "tab"].contains(ending(path)) ? "\t" : separator(of: text)
      let name = name(of: path)
      do throws(ChainError) { return [try Table(name: name, csv: text, separator: separator)] } catch {
        // The table's name says less than the file's to the one who gave it.
        let place = error.context.hasPrefix(name) ? String(error.context.dropFirst(name.count)) : ", " + error.context
        throw CommandError(
          .invalidData, context: path + place, expected: error.expected, found: error.found, hint: error.hint)
      }
    case let ending:
      throw CommandError(
        .usage, context: path, expected: "a CSV, TSV, XLSX or SQLite file", found: "a file .\(ending)",
        hint: "Save the table as CSV.")
    }
  }

  /// A table out of rows whose first one names the columns; nil when there is none.
  package static func table(named name: String, _ rows: [[String]]) -> Table? {
    guard let head = rows.first else { return nil }
    let width = rows.map(\.count).max() ?? 0
    let columns = Table.named(head + Array(repeating: "", count: width - head.count))
    let body = rows.dropFirst().map { $0 + Array(repeating: "", count: width - $0.count) }
    return Table(name: name, columns: columns, rows: body)
  }

  /// A comma, or a semicolon where the first line has more of them.
  private static func separator(of text: String) -> Character {
    let line = text.prefix { !$0.isNewline }
    return line.count { $0 == ";" } > line.count { $0 == "," } ? ";" : ","
  }

  /// The file's name without its folder and ending, made of letters, digits and `_`.
  private static func name(of path: String) -> String {
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let name = String(stem.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    return path == "-" || name.isEmpty ? "data" : name
  }

  private static func ending(_ path: String) -> String { URL(fileURLWithPath: path).pathExtension.lowercased() }
}
