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

  /// The columns of one character as it is seen: a letter with its accents, a flag, a family of emoji.
  package static func columns(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    guard let first = scalars.first else { return 0 }
    switch first.value {
    case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF: return 0
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return 2
    default: break
    }
    // Emoji that are shown as pictures by themselves, and those that a selector turns into pictures.
    if first.properties.isEmojiPresentation || scalars.contains(where: { $0.value == 0xFE0F }) { return 2 }
    let category = first.properties.generalCategory
    return category == .nonspacingMark || category == .enclosingMark ? 0 : 1
  }
}
