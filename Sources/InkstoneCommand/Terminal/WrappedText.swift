/// Lines broken where words end, so that a narrow terminal does not break them in the middle of one.
package enum WrappedText {
  /// The text with lines of at most so many columns. Further lines of one are indented as its second column of words is,
  /// where it has one, such as the explanation behind a command.
  package static func of(_ text: String, columns: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { broken($0, columns: max(columns, 8)) }.joined(separator: "\n")
  }

  private static func broken(_ line: Substring, columns: Int) -> String {
    guard DisplayWidth.columns(String(line)) > columns else { return String(line) }
    let indent = hanging(line, columns: columns)
    var rows = [""]
    var used = 0
    for unit in units(of: line) {
      let width = DisplayWidth.columns(unit)
      if used > 0, used + width > columns {
        rows[rows.count - 1] = String(rows[rows.count - 1].reversed().drop { $0 == " " }.reversed())
        rows.append(String(repeating: " ", count: indent))
        used = indent
        let rest = String(unit.drop { $0 == " " })
        rows[rows.count - 1] += rest
        used += DisplayWidth.columns(rest)
      } else {
        rows[rows.count - 1] += unit
        used += width
      }
    }
    return rows.joined(separator: "\n")
  }

  /// Words with the blanks before them; a wide character is a word.
  private static func units(of line: Substring) -> [String] {
    var units: [String] = []
    var last: Character = " "
    for character in line {
      let isWide = DisplayWidth.columns(character) > 1
      if units.isEmpty || isWide || DisplayWidth.columns(last) > 1 && character != " "
        || character == " " && last != " "
      {
        units.append("")
      }
      units[units.count - 1].append(character)
      last = character
    }
    return units
  }

  /// Where the words behind the first gap of two blanks begin; 0 where that leaves too little of the line.
  private static func hanging(_ line: Substring, columns: Int) -> Int {
    var seenWord = false
    var blanks = 0
    var column = 0
    for character in line {
      if character == " " {
        blanks += 1
      } else {
        if seenWord, blanks >= 2 { return column * 2 <= columns ? column : 0 }
        seenWord = true
        blanks = 0
      }
      column += DisplayWidth.columns(character)
    }
    return 0
  }
}
