/// Reads comma-separated values (RFC 4180): values in quotes may hold separators, line ends and doubled quotes.
enum CSVReader {
  static func records(_ text: String, separator: Character) throws(ChainError) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var value = ""
    var line = 1
    var quoteLine: Int?
    var rest = text.first == "\u{FEFF}" ? text.dropFirst() : text[...]
    while let character = rest.popFirst() {
      if quoteLine != nil {
        if character.isNewline { line += 1 }
        guard character == "\"" else {
          value.append(character)
          continue
        }
        if rest.first == "\"" {
          rest.removeFirst()
          value.append("\"")
        } else {
          quoteLine = nil
        }
      } else if character == "\"" && value.isEmpty {
        quoteLine = line
      } else if character == separator {
        record.append(value)
        value = ""
      } else if character.isNewline {
        line += 1
        // An empty line is no record.
        if !record.isEmpty || !value.isEmpty { records.append(record + [value]) }
        record = []
        value = ""
      } else {
        value.append(character)
      }
    }
    if let quoteLine {
      throw ChainError(
        .invalidInput, context: "comma-separated values, line \(quoteLine)", expected: "a closing quote",
        found: "the end")
    }
    if !record.isEmpty || !value.isEmpty { records.append(record + [value]) }
    return records
  }
}
