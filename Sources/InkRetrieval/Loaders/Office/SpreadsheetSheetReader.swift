/// Goes through the rows of a sheet.
struct SpreadsheetSheetReader {
  private let workbook: SpreadsheetWorkbook
  private var row: [String] = []
  private var text = ""
  private var takesText = false
  private var kind = "n"
  private var style = 0
  private var column: Int?

  /// Empty cells that are written between two that are not.
  private static let widestGap = 64

  init(workbook: SpreadsheetWorkbook) { self.workbook = workbook }

  consuming func read(
    _ reader: XMLReader, row take: ([String]) throws(RetrievalError) -> Void
  ) throws(RetrievalError) {
    var reader = reader
    while let token = try reader.next() {
      switch token {
      case .text(let more): if takesText { text += more }
      case .start(let element):
        switch element.name {
        case "row": row = []
        case "c":
          kind = element.value("t") ?? "n"
          style = element.value("s").flatMap { Int($0) } ?? 0
          column = SpreadsheetSheetReader.column(element.value("r") ?? "")
          text = ""
        case "v", "t": takesText = true
        default: continue
        }
      case .end(let name):
        switch name {
        case "v", "t": takesText = false
        case "c": endCell()
        case "row": try take(row)
        default: continue
        }
      }
    }
  }

  private mutating func endCell() {
    let value = shown(text)
    if value.isEmpty { return }
    if let column, column > row.count {
      let gap = min(column - row.count, SpreadsheetSheetReader.widestGap)
      row.append(contentsOf: repeatElement("", count: gap))
    }
    row.append(value)
  }

  private func shown(_ text: String) -> String {
    switch kind {
    case "s":
      guard let index = Int(text), workbook.strings.indices.contains(index) else { return "" }
      return workbook.strings[index]
    case "b": return text == "1" ? "TRUE" : "FALSE"
    case "n":
      guard let number = Double(text) else { return text }
      if workbook.dateStyles.indices.contains(style), workbook.dateStyles[style], let date = workbook.date(number) {
        return date
      }
      // Sums in binary end in a tail of digits that no sheet shows.
      let rounded = (number * 1e9).rounded() / 1e9
      guard rounded.magnitude < 1e15, text.utf8.count > 15 else { return text }
      return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    default: return text
    }
  }

  /// The number of a cell's column, from 0, of a reference such as `AB12`.
  private static func column(_ reference: String) -> Int? {
    var column = 0
    for byte in reference.utf8.prefix(3) {
      guard byte >= 0x41, byte <= 0x5A else { break }
      column = column * 26 + Int(byte - 0x40)
    }
    return column > 0 ? column - 1 : nil
  }
}
