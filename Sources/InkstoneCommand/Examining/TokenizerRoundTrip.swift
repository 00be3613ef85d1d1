package import InkTokenizers

/// Takes texts of several kinds through a tokenizer and back.
package enum TokenizerRoundTrip {
  /// Plain words, spacing, Chinese, emoji, accents and code.
  package static let texts = [
    "Ink is ground on the stone before anything is written.",
    "  two spaces, a tab\tand\n\nan empty line ",
    "砚台是中国传统的文房用具之一，用来研墨。",
    "mixed 中英文 text with 数字 12345 and 3.14159",
    "🙂🖋️ 👩‍👩‍👧 caffè naïve Ærø Ελληνικά кириллица",
    "func add(_ a: Int, _ b: Int) -> Int {\n  return a + b  // sum\n}\n",
  ]

  /// Encodes and decodes each text.
  ///
  /// - Returns: how many texts came back as they were. Texts with bytes that the vocabulary cannot say are left out.
  /// - Throws: `invalidData` that shows the first text that came back otherwise; what decoding throws.
  package static func examine(_ tokenizer: Tokenizer) throws -> Int {
    let unspeakable = Set(tokenizer.unrepresentableBytes)
    var passed = 0
    for text in texts where !text.utf8.contains(where: { unspeakable.contains($0) }) {
      let ids = tokenizer.encode(text, specialTokens: .omit, parsing: .asText)
      let back = try tokenizer.decode(ids, specialTokens: .keep)
      guard back == text else {
        throw CommandError(
          .invalidData, context: "tokenizer", expected: "\"\(text)\" to come back unchanged", found: "\"\(back)\"",
          hint: "Vocabulary and merges do not belong together, or the file is damaged.")
      }
      passed += 1
    }
    guard passed > 0 else {
      throw CommandError(
        .invalidData, context: "tokenizer", expected: "a vocabulary that can say ordinary text",
        found: "one that lacks the bytes of every text tried")
    }
    return passed
  }
}
