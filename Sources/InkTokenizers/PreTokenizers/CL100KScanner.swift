/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*`
/// and then `|\s*[\r\n]+|\s+(?!\S)|\s+`.
///
/// cl100k and Llama 3; Qwen 2 differs only in taking numbers one by one.
enum CL100KScanner: PieceScanner {
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    scan(text, from: start, end: end, digits: 3, .apart, ascii, &categories)
  }

  /// What white space at the end of the text becomes: cut after its last line break, or one piece.
  enum TrailingSpace { case apart, together }

  @inline(__always)
  static func scan(
    _ text: Span<UInt8>, from start: Int, end: Int, digits: Int, _ trailing: TrailingSpace, _ ascii: Span<UInt32>,
    _ categories: inout CategoryTable
  ) -> Int {
    let byte = text[unchecked: start]
    if byte == Scan.apostrophe {
      let length = Scan.contraction(text, at: start, end: end, ignoringCase: true)
      if length > 0 { return start + length }
    }
    let (mask, width) = Scan.mask(text, at: start, end: end, ascii, &categories)
    let next = start &+ width
    if mask & Scan.letter != 0 {
      return Scan.run(text, from: next, end: end, of: Scan.letter, ascii, &categories)
    }
    if mask & Scan.number != 0 {
      var index = next
      var taken = 1
      while taken < digits, index < end {
        let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
        if mask & Scan.number == 0 { break }
        index &+= width
        taken &+= 1
      }
      return index
    }
    var following: UInt32 = Scan.whitespace
    var afterFollowing = next
    if next < end {
      let (mask, width) = Scan.mask(text, at: next, end: end, ascii, &categories)
      following = mask
      afterFollowing = next &+ width
    }
    if following & Scan.letter != 0, !Scan.isLineBreak(byte) {
      return Scan.run(text, from: afterFollowing, end: end, of: Scan.letter, ascii, &categories)
    }
    if mask & Scan.whitespace == 0 {
      let symbols = Scan.run(text, from: next, end: end, outside: Scan.letterNumberOrSpace, ascii, &categories)
      return Scan.lineBreaks(text, from: symbols, end: end)
    }
    if byte == Scan.space, following & Scan.letterNumberOrSpace == 0 {
      let symbols = Scan.run(
        text, from: afterFollowing, end: end, outside: Scan.letterNumberOrSpace, ascii, &categories)
      return Scan.lineBreaks(text, from: symbols, end: end)
    }
    return whitespaceEnd(text, from: start, end: end, trailing, ascii, &categories)
  }

  /// `\s*[\r\n]+|\s+(?!\S)|\s+`, where `start` is white space.
  @inline(__always)
  static func whitespaceEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ trailing: TrailingSpace, _ ascii: Span<UInt32>,
    _ categories: inout CategoryTable
  ) -> Int {
    var index = start
    var last = start
    var afterLineBreak = start
    while index < end {
      let (mask, width) = Scan.mask(text, at: index, end: end, ascii, &categories)
      if mask & Scan.whitespace == 0 { break }
      last = index
      if Scan.isLineBreak(text[unchecked: index]) { afterLineBreak = index &+ 1 }
      index &+= width
    }
    if index == end, trailing == .together { return end }
    if afterLineBreak > start { return afterLineBreak }
    return Scan.spacesBeforeWord(from: start, runEnd: index, last: last, textEnd: end)
  }
}

/// The expression of cl100k with numbers taken one by one (Qwen 2).
enum Qwen2Scanner: PieceScanner {
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    CL100KScanner.scan(text, from: start, end: end, digits: 1, .apart, ascii, &categories)
  }
}

/// The expression as OpenAI publishes cl100k, with `\s++$`: white space at the end of the text stays together.
enum CL100KTrailingScanner: PieceScanner {
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int {
    CL100KScanner.scan(text, from: start, end: end, digits: 3, .together, ascii, &categories)
  }
}
