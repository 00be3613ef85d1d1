/// Reads spreadsheets (XLSX, ECMA-376): each sheet under a heading of its name, a line a row; dates as dates, the last
/// computed values of formulas.
public struct SpreadsheetLoader: DocumentLoader {
  public let mediaTypes = ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]
  public let fileExtensions = ["xlsx", "xlsm", "xltx"]
  let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    var archive = try DocumentArchive(bytes, name: name, limits: limits)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    try OfficeProperties.read(&archive, into: &builder)
    let part = try archive.relationships(of: "").types["officeDocument"] ?? "xl/workbook.xml"
    let workbook = try SpreadsheetWorkbook(&archive, part: part)
    for sheet in workbook.sheets {
      guard let reader = try archive.xml(sheet.path) else {
        builder.warn("The sheet \(sheet.name) is missing.")
        continue
      }
      try builder.appendHeading(sheet.name, level: 1)
      let start = builder.count
      try SpreadsheetSheetReader(workbook: workbook).read(reader) { (row) throws(RetrievalError) in
        try builder.appendRow(row)
      }
      builder.mark(.table, from: start)
      try builder.endParagraph()
    }
    builder.trimEnd()
    return builder.text
  }
}
