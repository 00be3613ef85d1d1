/// DeepSeek V3: numbers in groups of three, then runs of Han and kana, then an expression on what is left.
///
/// The last expression is
/// ``[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*``
/// and then `|\s*[\r\n]+|\s+(?!\S)|\s+`.
/// It leaves some characters unmatched (control characters, joiners); a run of them is a piece.
enum DeepSeekScanner: PieceScanner {
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    let (mask, width) = Scan.mask(text, at: start, end: end, ascii, &categories)
    if mask & Scan.number != 0 {
      var index = start + width
      var taken = 1
      while taken < 3, index < end {
        let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
        if mask & Scan.number == 0 { break }
        index &+= width
        taken &+= 1
      }
      return index
    }
    if text[unchecked: start] >= 0xE3, isHanOrKana(text, at: start, end: end) {
      return hanEnd(text, from: start, end: end, mask, ascii, &categories)
    }
    let matched = match(text, from: start, end: end, ascii, &categories)
    if matched > start { return matched }
    var index = start + width
    while index < end, !isBoundary(text, at: index, end: end, ascii, &categories),
      match(text, from: index, end: end, ascii, &categories) == index
    {
      index += Scan.mask(text, at: index, end: end, ascii, &categories).width
    }
    return index
  }

  /// The last expression inside a run of Han and kana, which holds some punctuation and unassigned characters too.
  private static func hanEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ first: UInt32, _ ascii: Span<UInt32>,
    _ categories: inout CategoryTable
  ) -> Int {
    func run(_ from: Int, of wanted: UInt32) -> Int {
      var index = from
      while index < end, text[unchecked: index] >= 0xE3, isHanOrKana(text, at: index, end: end) {
        if Scan.mask(text, at: index, end: end, ascii, &categories).mask & wanted == 0 { break }
        index &+= 3
      }
      return index
    }
    let word = Scan.letter | Scan.mark
    if first & word != 0 { return run(start + 3, of: word) }
    if first & Scan.punctuationOrSymbol != 0 { return run(start + 3, of: Scan.punctuationOrSymbol) }
    let afterWord = run(start + 3, of: word)
    if afterWord > start + 3 { return afterWord }
    // Nothing matches here; only the last of several such characters can go with a word behind it.
    let gap = run(start + 3, of: Scan.numberSeparatorOrOther)
    return gap > start + 3 && run(gap, of: word) > gap ? gap - 3 : gap
  }

  /// U+4E00 to U+9FA5, U+3040 to U+30FF: three bytes each.
  @inline(__always)
  private static func isHanOrKana(_ text: Span<UInt8>, at index: Int, end: Int) -> Bool {
    let value = UTF8Reader.scalar(text, at: index, end: end).value
    return (0x4E00...0x9FA5).contains(value) || (0x3040...0x30FF).contains(value)
  }

  /// Whether one of the first two splits begins here, which ends the text that the last expression sees.
  @inline(__always)
  private static func isBoundary(
    _ text: Span<UInt8>, at index: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Bool {
    let byte = text[unchecked: index]
    if byte < 0x80 { return byte &- 0x30 < 10 }
    return Scan.mask(text, at: index, end: end, ascii, &categories).mask & Scan.number != 0
      || isHanOrKana(text, at: index, end: end)
  }

  /// The end of the last expression's match at `start`, or `start` if it does not match there.
  private static func match(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    let byte = text[unchecked: start]
    let (mask, width) = Scan.mask(text, at: start, end: end, ascii, &categories)
    let next = start + width
    if byte < 0x80, mask & Scan.punctuationOrSymbol != 0, next < end, isASCIILetter(text[unchecked: next]) {
      var index = next
      while index < end, isASCIILetter(text[unchecked: index]) { index &+= 1 }
      return index
    }
    if !Scan.isLineBreak(byte), mask & (Scan.letter | Scan.punctuationOrSymbol) == 0 {
      let afterLetters = run(text, from: next, end: end, of: Scan.letter | Scan.mark, ascii, &categories)
      if afterLetters > next { return afterLetters }
    }
    if mask & (Scan.letter | Scan.mark) != 0 {
      return run(text, from: start, end: end, of: Scan.letter | Scan.mark, ascii, &categories)
    }
    let symbol = byte == Scan.space ? next : start
    let afterSymbols = run(text, from: symbol, end: end, of: Scan.punctuationOrSymbol, ascii, &categories)
    if afterSymbols > symbol { return Scan.lineBreaks(text, from: afterSymbols, end: end) }
    if mask & Scan.whitespace == 0 { return start }
    return whitespace(text, from: start, end: end, ascii, &categories)
  }

  @inline(__always)
  private static func isASCIILetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26
  }

  /// The end of a run of characters of a kind, stopping at Han and kana, which an earlier split has taken out.
  private static func run(
    _ text: Span<UInt8>, from start: Int, end: Int, of wanted: UInt32, _ ascii: Span<UInt32>,
    _ categories: inout CategoryTable
  ) -> Int {
    var index = start
    while index < end {
      let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
      if mask & wanted == 0 || width == 3 && isHanOrKana(text, at: index, end: end) { break }
      index &+= width
    }
    return index
  }

  private static func whitespace(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    var index = start
    var last = start
    var afterLineBreak = start
    while index < end {
      let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
      if mask & Scan.whitespace == 0 { break }
      last = index
      if Scan.isLineBreak(text[unchecked: index]) { afterLineBreak = index + 1 }
      index &+= width
    }
    if afterLineBreak > start { return afterLineBreak }
    let atTextEnd = index == end || isBoundary(text, at: index, end: end, ascii, &categories)
    return atTextEnd ? index : Scan.spacesBeforeWord(from: start, runEnd: index, last: last, textEnd: end)
  }
}
