/// The language that instructions and fixed answers are written in, by the text they belong to.
public enum TextLanguage: String, Sendable, Hashable, Codable, CaseIterable {
  case english, chinese

  /// Chinese when at least a fifth of the letters are Han characters and no kana stands among them.
  public init(of text: some StringProtocol) {
    var (han, letters, kana) = (0, 0, 0)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF:
        han += 1
        letters += 1
      case 0x3040...0x30FF: kana += 1
      default: if scalar.properties.isAlphabetic { letters += 1 }
      }
    }
    self = kana == 0 && han > 0 && han * 5 >= letters ? .chinese : .english
  }
}
