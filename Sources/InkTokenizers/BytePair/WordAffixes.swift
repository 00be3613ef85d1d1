/// What the symbols of a word are written with, by their place in it.
struct WordAffixes: Sendable, Equatable {
  /// Stands before every symbol but the first.
  var continuation: [UInt8] = []
  /// Stands behind the last symbol.
  var wordEnd: [UInt8] = []

  var isEmpty: Bool { continuation.isEmpty && wordEnd.isEmpty }

  /// A symbol as the vocabulary writes it.
  func spelling(_ symbol: some Sequence<UInt8>, isFirst: Bool, isLast: Bool) -> [UInt8] {
    var result = isFirst ? [] : continuation
    result += symbol
    if isLast { result += wordEnd }
    return result
  }
}

/// The tokens of single bytes, by their place in a word; -1 where there is none.
struct ByteTokens: Sendable {
  private var tables: [[TokenID]]

  init(_ vocabulary: Vocabulary, _ affixes: WordAffixes) {
    tables = [(true, false), (false, false), (true, true), (false, true)].map { isFirst, isLast in
      (UInt8.min...UInt8.max).map { byte in
        vocabulary.id(of: affixes.spelling(CollectionOfOne(byte), isFirst: isFirst, isLast: isLast)) ?? -1
      }
    }
  }

  /// The tokens of bytes that stand somewhere in a word.
  func table(isFirst: Bool, isLast: Bool) -> [TokenID] {
    tables[(isFirst ? 0 : 1) + (isLast ? 2 : 0)]
  }
}
