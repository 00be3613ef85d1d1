/// What the sheets of a workbook share: their names and places, texts, and which cell styles show dates.
struct SpreadsheetWorkbook {
  private(set) var sheets: [(name: String, path: String)] = []
  private(set) var strings: [String] = []
  /// Whether the cell style of each number shows a date.
  private(set) var dateStyles: [Bool] = []
  /// The day whose number is 0, in days since 1970-01-01.
  private(set) var firstDay = -25_569

  init(_ archive: inout DocumentArchive, part: String) throws(RetrievalError) {
    let relations = try archive.relationships(of: part)
    var reader = try archive.requiredXML(part)
    while let token = try reader.next() {
      guard case .start(let element) = token else { continue }
      if element.name == "sheet", let path = element.attributes["r:id"].flatMap({ relations.paths[$0] }) {
        sheets.append((element.value("name") ?? "Sheet", path))
      }
      if element.name == "workbookPr", let value = element.value("date1904"), value == "1" || value == "true" {
        firstDay = -24_107
      }
    }
    let folder = DocumentArchive.folder(of: part)
    try readStrings(
      archive.xml(relations.types["sharedStrings"] ?? folder + "sharedStrings.xml"), limit: archive.limits)
    try readStyles(archive.xml(relations.types["styles"] ?? folder + "styles.xml"))
  }

  private mutating func readStrings(_ reader: XMLReader?, limit: ReadingLimits) throws(RetrievalError) {
    guard var reader else { return }
    var text = ""
    var takesText = false
    var phonetic = 0
    while let token = try reader.next() {
      switch token {
      case .text(let more): if takesText, phonetic == 0 { text += more }
      case .start(let element):
        if element.name == "si" { text = "" }
        if element.name == "t" { takesText = true }
        if element.name == "rPh" { phonetic += 1 }
      case .end(let name):
        if name == "si" { strings.append(text) }
        if name == "t" { takesText = false }
        if name == "rPh" { phonetic -= 1 }
      }
    }
  }

  private mutating func readStyles(_ reader: XMLReader?) throws(RetrievalError) {
    guard var reader else { return }
    var custom: [Int: Bool] = [:]
    var isInCells = false
    while let token = try reader.next() {
      switch token {
      case .text: continue
      case .end(let name): if name == "cellXfs" { isInCells = false }
      case .start(let element):
        if element.name == "numFmt", let id = element.value("numFmtId").flatMap({ Int($0) }) {
          custom[id] = SpreadsheetWorkbook.showsDate(element.value("formatCode") ?? "")
        }
        if element.name == "cellXfs" { isInCells = true }
        if element.name == "xf", isInCells {
          let id = element.value("numFmtId").flatMap { Int($0) } ?? 0
          dateStyles.append(custom[id] ?? ((14...22).contains(id) || (27...36).contains(id) || (50...58).contains(id)))
        }
      }
    }
  }

  /// Whether a number format has a year or a day outside quotes and brackets.
  private static func showsDate(_ format: String) -> Bool {
    var isQuoted = false
    var brackets = 0
    for character in format.lowercased() {
      switch character {
      case "\"": isQuoted.toggle()
      case "[": brackets += 1
      case "]": brackets = max(0, brackets - 1)
      case "y", "d": if !isQuoted, brackets == 0 { return true }
      default: continue
      }
    }
    return false
  }

  /// The date of a serial number, with the time where there is one; nil outside the years 1900 to 9999.
  func date(_ serial: Double) -> String? {
    guard serial >= 0, serial < 2_958_466 else { return nil }
    let seconds = Int((serial * 86_400).rounded())
    // The calendar of proleptic Gregorian days (Hinnant, chrono-compatible low-level date algorithms).
    let day = seconds / 86_400 + firstDay + 719_468
    let era = (day >= 0 ? day : day - 146_096) / 146_097
    let dayOfEra = day - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func pad(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let date = "\(year)-\(pad(month))-\(pad(dayOfYear - (153 * shifted + 2) / 5 + 1))"
    let time = seconds % 86_400
    return time == 0 ? date : date + " \(pad(time / 3600)):\(pad(time / 60 % 60)):\(pad(time % 60))"
  }
}
