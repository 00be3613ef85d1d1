import InkIndex

/// The words of a question that tell what it is about, for a search by words.
///
/// An index weighs a word by how few pieces hold it. That tells function words from others only where documents are
/// written in the question's language: in Chinese documents a stray "the" or "how" is as rare as a name, and the one
/// licence that is quoted in English would answer every English question.
enum AskedWords {
  private static let all = TextAnalyzer()
  private static let telling = TextAnalyzer(stopWords: .frequent(also: ["why", "whose", "whom"]))

  /// How many of a question's words are function words of the languages that are known here.
  static func functionWordCount(_ question: String) -> Int {
    all.words(of: question).count - telling.words(of: question).count
  }

  /// A question without its function words. One that has no other words stays as it is, and so does one with a phrase
  /// in quotation marks, each of whose words is meant.
  static func of(_ question: String) -> String {
    guard PhraseQuery(question).phrases.isEmpty else { return question }
    let kept = telling.words(of: question).map(\.range)
    guard !kept.isEmpty else { return question }
    let bytes = Array(question.utf8)
    var isKept = [Bool](repeating: false, count: bytes.count)
    for range in kept { for place in range { isKept[place] = true } }
    var result = bytes
    for word in all.words(of: question) where !word.range.contains(where: { isKept[$0] }) {
      for place in word.range { result[place] = UInt8(ascii: " ") }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
