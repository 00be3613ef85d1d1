/// Words whose full stop does not end a sentence.
enum EnglishAbbreviations {
  private static let words: Set<String> = [
    "mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "mt", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "vs",
    "cf",
    "e.g", "i.e", "viz", "ca", "approx", "fig", "figs", "eq", "eqs", "sec", "ch", "chap", "no", "nos", "vol", "vols",
    "pp", "ed", "eds", "al", "ref", "refs", "inc", "ltd", "co", "corp", "dept", "univ", "jan", "feb", "mar", "apr",
    "jun",
    "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "u.s", "u.k", "ph.d",
  ]

  /// Whether the full stop at `stop` belongs to an abbreviation, an initial or the number of an item.
  static func endsOpen(_ bytes: [UInt8], stop: Int, from start: Int) -> Bool {
    var first = stop
    // No abbreviation is longer; a word may be.
    while first > start, stop - first < 8, isWordByte(bytes[first - 1]) { first -= 1 }
    guard first < stop else { return false }
    if stop - first == 8 { return false }
    let word = bytes[first..<stop]
    if word.count == 1, let letter = word.first {
      // An initial; a lone "I" more often ends a sentence than it abbreviates a name.
      if letter >= 0x41, letter <= 0x5A, letter != UInt8(ascii: "I") { return true }
    }
    if word.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return beginsLine(bytes, first, start) }
    return words.contains(String(decoding: word, as: UTF8.self).lowercased())
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."): true
    default: false
    }
  }

  private static func beginsLine(_ bytes: [UInt8], _ offset: Int, _ start: Int) -> Bool {
    var index = offset
    while index > start, bytes[index - 1] == 0x20 || bytes[index - 1] == 0x09 { index -= 1 }
    return index == start || bytes[index - 1] == 0x0A || bytes[index - 1] == 0x0D
  }
}
