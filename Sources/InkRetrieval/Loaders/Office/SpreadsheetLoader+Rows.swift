/// A sheet of a workbook as rows of cells.
package struct SpreadsheetRows: Sendable, Hashable {
  /// The sheet's name.
  package let name: String
  /// The rows that hold anything, each as far as its last cell that does.
  package let rows: [[String]]
}

extension SpreadsheetLoader {
  /// The sheets of a workbook in order, as rows of cells; dates as dates, the last computed values of formulas.
  ///
  /// - Throws: ``RetrievalError`` for a file that is no workbook, is damaged or is larger than the limits.
  package func sheets(_ bytes: [UInt8], name: String) throws(RetrievalError) -> [SpreadsheetRows] {
    var archive = try DocumentArchive(bytes, name: name, limits: limits)
    let part = try archive.relationships(of: "").types["officeDocument"] ?? "xl/workbook.xml"
    let workbook = try SpreadsheetWorkbook(&archive, part: part)
    var sheets: [SpreadsheetRows] = []
    for sheet in workbook.sheets {
      guard let reader = try archive.xml(sheet.path) else { continue }
      var rows: [[String]] = []
      try SpreadsheetSheetReader(workbook: workbook).read(reader) { (row) throws(RetrievalError) in
        if !row.isEmpty { rows.append(row) }
      }
      sheets.append(SpreadsheetRows(name: sheet.name, rows: rows))
    }
    return sheets
  }
}
