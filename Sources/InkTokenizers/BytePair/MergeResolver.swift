/// Looks up the tokens that merges name, while a model is being loaded.
///
/// Published vocabularies list tokens in the order of their merges, so the result of a merge is mostly the token after
/// the previous result; that guess saves a third of the look-ups.
struct MergeResolver {
  private let vocabulary: Vocabulary
  private let spelling: Tokenizer.Spelling
  private let alphabet = ByteAlphabet.bytes
  /// How many bytes the prefix of the right token takes, which its union with the left one does not have.
  private let continuationLength: Int
  private var scratch = [UInt8](repeating: 0, count: 256)
  private var lastMerged = 0
  private(set) var table: MergeTable

  init(_ vocabulary: Vocabulary, _ spelling: Tokenizer.Spelling, count: Int, continuationLength: Int = 0) {
    self.continuationLength = continuationLength
    self.vocabulary = vocabulary
    self.spelling = spelling
    table = MergeTable(capacityFor: count)
  }

  /// Adds the merge of two tokens that are written in `text`.
  mutating func add(
    _ text: Span<UInt8>, left: Range<Int>, right: Range<Int>, rank: Int
  ) throws(TokenizerError) {
    let needed = left.count + right.count + ByteHash.padding
    if scratch.count < needed { scratch = [UInt8](repeating: 0, count: needed * 2) }
    guard let middle = copy(text, left, at: 0), let end = copy(text, right, at: middle) else {
      throw unknown(text, left, right, rank, "characters outside the byte alphabet")
    }
    let found = look(middle: middle, end: end)
    guard found.left >= 0, found.right >= 0 else {
      throw unknown(text, left, right, rank, "a token that is not in it")
    }
    guard found.merged >= 0 else {
      throw unknown(text, left, right, rank, "a result that is not in it")
    }
    lastMerged = Int(found.merged)
    table.insert(left: found.left, right: found.right, rank: rank, merged: found.merged)
  }

  /// Finds the two tokens in the scratch buffer and their union; -1 for what is missing.
  private func look(middle: Int, end: Int) -> (left: TokenID, right: TokenID, merged: TokenID) {
    let raw = scratch.span.bytes
    let left = vocabulary.find(raw, at: 0, count: middle)
    let right = vocabulary.find(raw, at: middle, count: end - middle)
    if continuationLength > 0 {
      guard end - middle >= continuationLength else { return (left, right, -1) }
      let merged = scratch[..<middle] + scratch[(middle + continuationLength)..<end]
      return (left, right, vocabulary.id(of: merged) ?? -1)
    }
    if vocabulary.token(lastMerged + 1, equals: raw, at: 0, count: end) {
      return (left, right, TokenID(lastMerged + 1))
    }
    return (left, right, vocabulary.find(raw, at: 0, count: end))
  }

  /// Copies a token into the scratch buffer, out of the byte alphabet if it is written in that.
  private mutating func copy(_ text: Span<UInt8>, _ range: Range<Int>, at start: Int) -> Int? {
    Self.copy(text, range, to: &scratch, at: start, spelling, alphabet)
  }

  private static func copy(
    _ text: Span<UInt8>, _ range: Range<Int>, to scratch: inout [UInt8], at start: Int,
    _ spelling: Tokenizer.Spelling, _ alphabet: [UInt16]
  ) -> Int? {
    var output = scratch.mutableSpan
    let table = alphabet.span
    var at = start
    var index = range.lowerBound
    guard spelling == .byteAlphabet else {
      while index < range.upperBound {
        output[at] = text[index]
        at += 1
        index += 1
      }
      return at
    }
    while index < range.upperBound {
      let (byte, width) = ByteAlphabet.decode(text, at: index, end: range.upperBound, table: table)
      if width == 0 { return nil }
      output[at] = byte
      at &+= 1
      index &+= width
    }
    return at
  }

  private func unknown(
    _ text: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>, _ rank: Int, _ found: String
  ) -> TokenizerError {
    var shown: [UInt8] = []
    for index in left.prefix(40) { shown.append(text[index]) }
    shown.append(Scan.space)
    for index in right.prefix(40) { shown.append(text[index]) }
    return TokenizerError(
      .invalidMerge, in: "merge \(rank) (\(String(decoding: shown, as: UTF8.self)))",
      expected: "two tokens of the vocabulary whose union is a token too", found: found,
      hint: "The vocabulary and the merges come from different tokenizers, or the file is damaged: fetch it again.")
  }
}
