/// Stems that were found already: texts repeat few words often.
struct StemCache {
  /// Texts of noise would otherwise be kept whole.
  private static let limit = 1 << 17

  private var words = TermInterner()
  private var stems: [[UInt8]] = []

  /// The stem of a folded word.
  mutating func stem(_ word: [UInt8]) -> [UInt8] {
    guard words.count < StemCache.limit else { return EnglishStemmer.stem(word) }
    let number = words.number(of: word)
    if number == stems.count { stems.append(EnglishStemmer.stem(word)) }
    return stems[number]
  }
}
