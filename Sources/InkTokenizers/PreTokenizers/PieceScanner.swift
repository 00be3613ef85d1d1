/// One of the known pre-tokenizer expressions, written out by hand.
///
/// A scanner walks UTF-8 bytes; ASCII is decided by table, everything else by general category. Bytes that are not
/// UTF-8 count as characters of no category, one byte each.
protocol PieceScanner {
  /// The end of the piece that begins at `start`, in a text that ends at `end`; always beyond `start`.
  static func nextEnd(
    _ text: Span<UInt8>, from start: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> Int
}

/// The steps that the scanners are made of.
enum Scan {
  static let letter = CategoryMask.letter.rawValue
  static let number = CategoryMask.number.rawValue
  static let mark = CategoryMask.mark.rawValue
  static let punctuationOrSymbol = CategoryMask.punctuation.union(.symbol).rawValue
  static let numberSeparatorOrOther = CategoryMask.number.union(.separator).union(.other).rawValue
  static let whitespace = CategoryMask.whitespace.rawValue
  static let letterNumberOrSpace = letter | number | whitespace
  static let space = UInt8(ascii: " ")
  static let apostrophe = UInt8(ascii: "'")

  /// Category mask and width of the character at `index`, which must be below `end`.
  @inline(__always)
  static func mask(
    _ text: Span<UInt8>, at index: Int, end: Int, _ ascii: Span<UInt32>, _ categories: inout CategoryTable
  ) -> (mask: UInt32, width: Int) {
    // Callers hold index < end and end inside the text; ASCII bytes are below the 128 entries of the table.
    let byte = text[unchecked: index]
    if byte < 0x80 { return (ascii[unchecked: Int(byte)], 1) }
    return multibyteMask(text, at: index, end: end, &categories)
  }

  @inline(never)
  private static func multibyteMask(
    _ text: Span<UInt8>, at index: Int, end: Int, _ categories: inout CategoryTable
  ) -> (mask: UInt32, width: Int) {
    let (value, width) = UTF8Reader.scalar(text, at: index, end: end)
    return (categories.mask(value), width)
  }

  /// The end of the run of characters whose mask has a bit in `wanted`.
  @inline(__always)
  static func run(
    _ text: Span<UInt8>, from start: Int, end: Int, of wanted: UInt32, _ ascii: Span<UInt32>,
    _ categories: inout CategoryTable
  ) -> Int {
    var index = start
    while index < end {
      let (mask, width) = mask(text, at: index, end: end, ascii, &categories)
      if mask & wanted == 0 { break }
      index &+= width
    }
    return index
  }

  /// The end of the run of characters whose mask has no bit in `unwanted`.
  @inline(__always)
  static func run(
    _ text: Span<UInt8>, from start: Int, end: Int, outside unwanted: UInt32, _ ascii: Span<UInt32>,
    _ categories: inout CategoryTable
  ) -> Int {
    var index = start
    while index < end {
      let (mask, width) = mask(text, at: index, end: end, ascii, &categories)
      if mask & unwanted != 0 { break }
      index &+= width
    }
    return index
  }

  @inline(__always)
  static func isLineBreak(_ byte: UInt8) -> Bool {
    byte == 0x0A || byte == 0x0D
  }

  /// The end of a run of carriage returns and line feeds.
  @inline(__always)
  static func lineBreaks(_ text: Span<UInt8>, from start: Int, end: Int) -> Int {
    var index = start
    while index < end, isLineBreak(text[unchecked: index]) { index &+= 1 }
    return index
  }

  /// `\s+(?!\S)|\s+` on a run of white space that reaches to `runEnd` and whose last character begins at `last`.
  @inline(__always)
  static func spacesBeforeWord(from start: Int, runEnd: Int, last: Int, textEnd: Int) -> Int {
    runEnd == textEnd || last == start ? runEnd : last
  }

  /// The length of `'s|'t|'re|'ve|'m|'ll|'d` at `index`, or 0.
  @inline(__always)
  static func contraction(_ text: Span<UInt8>, at index: Int, end: Int, ignoringCase: Bool) -> Int {
    guard index &+ 1 < end else { return 0 }
    let fold: UInt8 = ignoringCase ? 0x20 : 0
    let first = text[unchecked: index &+ 1] | (text[unchecked: index &+ 1] < 0x80 ? fold : 0)
    switch first {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case 0xC5:
      // U+017F, the long s, is an s to an expression that ignores case.
      return ignoringCase && index &+ 2 < end && text[unchecked: index &+ 2] == 0xBF ? 3 : 0
    case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
      guard index &+ 2 < end else { return 0 }
      let byte = text[unchecked: index &+ 2]
      let second = byte | (byte < 0x80 ? fold : 0)
      return second == (first == UInt8(ascii: "l") ? first : UInt8(ascii: "e")) ? 3 : 0
    default: return 0
    }
  }
}
