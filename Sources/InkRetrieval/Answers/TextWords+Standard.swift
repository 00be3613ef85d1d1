import InkIndex

extension TextWords {
  /// Chinese and English sentences, and words as the keyword index reads them, without those that carry no topic.
  static let standard: TextWords = {
    let analyzer = TextAnalyzer(stopWords: .frequent())
    return TextWords(sentences: TextWords.sentences, terms: { analyzer.terms(of: $0) })
  }()

  private static func sentences(_ text: String) -> [Range<Int>] {
    let source = TextBytes(text)
    let whole = 0..<source.bytes.count
    let cuts = BoundaryScanner.boundaries(of: source, in: whole).filter { $0.strength <= .sentence }.map(\.offset)
    return zip([0] + cuts, cuts + [whole.upperBound]).compactMap { trimmed($0..<$1, source.bytes) }
  }

  /// A range without the ASCII and ideographic white space at its ends; nil when nothing else is in it.
  private static func trimmed(_ range: Range<Int>, _ bytes: [UInt8]) -> Range<Int>? {
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high {
      if isSpace(bytes[low]) {
        low += 1
      } else if high - low >= 3, isIdeographicSpace(bytes, at: low) {
        low += 3
      } else {
        break
      }
    }
    while low < high {
      if isSpace(bytes[high - 1]) {
        high -= 1
      } else if high - low >= 3, isIdeographicSpace(bytes, at: high - 3) {
        high -= 3
      } else {
        break
      }
    }
    return low < high ? low..<high : nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// U+3000 in UTF-8.
  private static func isIdeographicSpace(_ bytes: [UInt8], at offset: Int) -> Bool {
    bytes[offset] == 0xE3 && bytes[offset + 1] == 0x80 && bytes[offset + 2] == 0x80
  }
}
