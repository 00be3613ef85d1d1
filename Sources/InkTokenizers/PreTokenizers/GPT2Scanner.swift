/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
enum GPT2Scanner: PieceScanner {
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
      return Scan.run(text, from: word &+ width, end: end, of: Scan.number, ascii, &categories)
    }
    if mask & Scan.whitespace == 0 {
      return Scan.run(text, from: word &+ width, end: end, outside: Scan.letterNumberOrSpace, ascii, &categories)
    }
    var index = start
    var last = start
    while index < end {
      let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
      if mask & Scan.whitespace == 0 { break }
      last = index
      index &+= width
    }
    return Scan.spacesBeforeWord(from: start, runEnd: index, last: last, textEnd: end)
  }
}
