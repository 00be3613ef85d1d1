import InkIndex

/// How texts are taken apart into sentences and words when an answer is compared with its sources.
struct TextWords: Sendable {
  /// Byte ranges of the sentences of a text, without the white space around them.
  let sentences: @Sendable (String) -> [Range<Int>]
  /// The words of a text in the form in which they are compared.
  let terms: @Sendable (String) -> [String]
}
