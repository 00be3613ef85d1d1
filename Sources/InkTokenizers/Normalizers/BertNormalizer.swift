/// The normalizer of BERT (Devlin et al. 2018): clean text, Chinese characters apart, no accents, lower case.
struct BertNormalizer: Sendable {
  enum Cleaning: Sendable { case none, controlCharacters }
  enum ChineseCharacters: Sendable { case joined, apart }
  enum Accents: Sendable { case kept, stripped }
  enum LetterCase: Sendable { case kept, lowered }

  var cleaning = Cleaning.controlCharacters
  var chineseCharacters = ChineseCharacters.apart
  var accents = Accents.stripped
  var letterCase = LetterCase.lowered

  func normalize(_ text: AlignedText) -> AlignedText {
    var text = text
    if cleaning == .controlCharacters { text = text.changingCharacters(Self.cleaned) }
    if chineseCharacters == .apart {
      text = text.changingCharacters { Self.isChinese($0) ? .surround(with: Scan.space) : .keep }
    }
    if accents == .stripped {
      text = UnicodeNormalization.normalize(text, .decomposed).changingCharacters {
        EarlyCategories.isNonspacingMark($0) ? .drop : .keep
      }
    }
    if letterCase == .lowered { text = CaseFolding.lowercase(text) }
    return text
  }

  /// Whether the text would come out as it is; false when in doubt.
  func leavesUnchanged(_ text: Span<UInt8>, start: Int, end: Int) -> Bool {
    for index in start..<end {
      let byte = text[index]
      if byte >= 0x7F || byte < 0x20 || byte &- 0x41 < 26 { return false }
    }
    return true
  }

  private static func cleaned(_ value: UInt32) -> CharacterChange {
    switch value {
    case 0x09, 0x0A, 0x0D: return .write(0x20)
    case 0x20..<0x7F: return .keep
    case 0, 0xFFFD, UTF8Reader.invalid: return .drop
    default:
      if EarlyCategories.isControl(value) { return .drop }
      return Unicode.Scalar(value)?.properties.isWhitespace == true ? .write(0x20) : .keep
    }
  }

  /// The blocks of Han characters as BERT lists them.
  static func isChinese(_ value: UInt32) -> Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
