/// Every number character alone, then the GPT-2 expression on what lies between (SmolLM).
///
/// The text between two numbers is a text of its own: white space before a number is followed by nothing.
enum DigitsThenGPT2Scanner: PieceScanner {
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    let byte = text[unchecked: start]
    if byte == Scan.apostrophe {
      let length = Scan.contraction(text, at: start, end: end, ignoringCase: false)
      if length > 0 { return start + length }
    }
    let word = byte == Scan.space && start &+ 1 < end ? start &+ 1 : start
    let (mask, width) = Scan.mask(text, at: word, end: end, ascii, &categories)
    if mask & Scan.letter != 0 {
      return Scan.run(text, from: word &+ width, end: end, of: Scan.letter, ascii, &categories)
    }
    if mask & Scan.number != 0 {
      return word == start ? word &+ width : word
    }
    if mask & Scan.whitespace == 0 {
      return Scan.run(text, from: word &+ width, end: end, outside: Scan.letterNumberOrSpace, ascii, &categories)
    }
    var index = start
    var last = start
    while index < end {
      let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
      if mask & Scan.number != 0 { return index }
      if mask & Scan.whitespace == 0 { break }
      last = index
      index &+= width
    }
    return Scan.spacesBeforeWord(from: start, runEnd: index, last: last, textEnd: end)
  }
}
