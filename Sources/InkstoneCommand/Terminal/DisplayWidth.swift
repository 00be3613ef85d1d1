/// How many columns of a terminal a text takes.
package enum DisplayWidth {
  /// Two columns for East Asian wide and full-width characters and for emoji, one for the others.
  package static func columns(_ text: String) -> Int {
    text.reduce(0) { $0 + columns($1) }
  }

  /// The longest beginning of a text that fits.
  package static func prefix(_ text: String, columns limit: Int) -> String {
    var used = 0
    var result = ""
    for character in text {
      used += columns(character)
      if used > limit { break }
      result.append(character)
    }
    return result
  }

  private static func columns(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.value {
    case 0..<0x20, 0x7F: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
