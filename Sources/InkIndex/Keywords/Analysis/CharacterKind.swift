/// What a folded character is to the scanner.
enum CharacterKind: UInt8, Sendable {
  /// Ends every run.
  case separator
  /// Part of the character before it, such as an accent that composed with nothing.
  case mark
  /// Counts as not there: joiners, soft hyphens, variation selectors.
  case ignored
  case lowercase, uppercase, digit, underscore
  /// Full stop and comma: part of a number between digits, else separators.
  case decimal
  /// Part of a word between letters, else a separator.
  case apostrophe
  case han, kana, hangul
  /// Letters of scripts that are written without spaces and have no dictionary here, such as Thai.
  case unspaced
  case emoji

  /// The run that characters of a kind stand in.
  enum Run: Sendable {
    case word, han, kana, hangul, unspaced
  }

  /// The run that this character begins or goes on with; nil for those that begin none.
  var run: Run? {
    switch self {
    case .lowercase, .uppercase, .digit, .underscore: .word
    case .han: .han
    case .kana: .kana
    case .hangul: .hangul
    case .unspaced: .unspaced
    case .separator, .mark, .ignored, .decimal, .apostrophe, .emoji: nil
    }
  }

  /// The kinds of the ASCII characters.
  static let ascii: [CharacterKind] = (0..<128).map { value in
    switch UInt8(value) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): .lowercase
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): .uppercase
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
    case UInt8(ascii: "_"): .underscore
    case UInt8(ascii: "."), UInt8(ascii: ","): .decimal
    case UInt8(ascii: "'"): .apostrophe
    default: .separator
    }
  }

  /// The kind of a character by its script and category (Unicode Character Database).
  static func of(_ scalar: Unicode.Scalar) -> CharacterKind {
    if scalar.value < 128 { return ascii[Int(scalar.value)] }
    if isHan(scalar.value) { return .han }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .titlecaseLetter: return .uppercase
    case .lowercaseLetter: return .lowercase
    case .modifierLetter, .otherLetter, .letterNumber: return script(scalar.value)
    case .decimalNumber: return .digit
    case .otherNumber: return .lowercase
    case .nonspacingMark, .spacingMark, .enclosingMark:
      return scalar.properties.isDefaultIgnorableCodePoint ? .ignored : .mark
    case .connectorPunctuation: return .underscore
    case .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
      .otherPunctuation:
      return scalar.value == 0x2019 ? .apostrophe : .separator
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator, .lineSeparator,
      .paragraphSeparator, .control, .format, .surrogate, .privateUse, .unassigned:
      if scalar.properties.isDefaultIgnorableCodePoint || (0x1F3FB...0x1F3FF).contains(scalar.value) { return .ignored }
      return scalar.properties.isEmojiPresentation ? .emoji : .separator
    @unknown default: return .separator
    }
  }

  /// Ideographs of all blocks, the sign of repetition and the ideographic zero.
  static func isHan(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x3005, 0x3007, 0xF900...0xFAFF, 0x20000...0x3FFFD: true
    default: false
    }
  }

  private static func script(_ value: UInt32) -> CharacterKind {
    switch value {
    case 0x3041...0x30FF, 0x31F0...0x31FF, 0x1B000...0x1B16F: .kana
    case 0xAC00...0xD7FF, 0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97F: .hangul
    // Thai, Lao, Tibetan, Burmese and Khmer.
    case 0x0E00...0x0FFF, 0x1000...0x109F, 0x1780...0x17FF: .unspaced
    default: .lowercase
    }
  }
}
