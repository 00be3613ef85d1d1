/// Rows of cells in columns as wide as their widest cell.
package enum TextTable {
  /// Which edge of a column its cells keep to.
  package enum Alignment: Sendable { case left, right }

  /// The lines of the table, the last column unpadded.
  package static func lines(_ rows: [[String]], alignments: [Alignment]) -> [String] {
    var widths = [Int](repeating: 0, count: alignments.count)
    for row in rows {
      for (column, cell) in row.enumerated() where column < widths.count {
        widths[column] = max(widths[column], DisplayWidth.columns(cell))
      }
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() where column < widths.count {
        let padding = String(repeating: " ", count: widths[column] - DisplayWidth.columns(cell))
        switch alignments[column] {
        case .left: line += column + 1 == row.count ? cell : cell + padding
        case .right: line += padding + cell
        }
        if column + 1 < row.count { line += "  " }
      }
      return line
    }
  }
}
