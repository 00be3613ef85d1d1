/// Finds the places where a Chinese or English text may be cut, from the ends of paragraphs to those of words, in one
/// pass.
struct BoundaryScanner {
  private let source: TextBytes
  private let range: Range<Int>
  private var boundaries: [Boundary] = []
  /// The punctuation that was read last, if nothing but closing quotes followed it.
  private var pending: (kind: ScalarKind, start: Int)?

  /// The boundaries strictly inside `range`, in order.
  static func boundaries(of source: TextBytes, in range: Range<Int>) -> [Boundary] {
    var scanner = BoundaryScanner(source: source, range: range)
    scanner.run()
    return scanner.boundaries
  }

  private init(source: TextBytes, range: Range<Int>) {
    self.source = source
    self.range = range
  }

  private mutating func run() {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let (value, length) = source.scalar(at: offset)
      let kind = ScalarKind(value)
      switch kind {
      case .newline, .space:
        offset = takeWhitespace(from: offset)
        pending = nil
        continue
      case .closer:
        break
      case .wideStop, .wideComma:
        // Several in a row end together.
        if pending?.kind != .wideStop { pending = (kind, offset) }
      case .stop, .comma:
        if pending?.kind == .wideStop || pending?.kind == .wideComma { break }
        if kind == .comma || pending?.kind != .stop { pending = (kind, offset) }
      case .ideograph, .other:
        emitWide(at: offset, before: kind)
        pending = nil
      }
      offset += length
    }
  }

  private mutating func emit(_ offset: Int, _ strength: Boundary.Strength) {
    guard offset > range.lowerBound, offset < range.upperBound, source.isBoundary(offset) else { return }
    boundaries.append(Boundary(offset: offset, strength: strength))
  }

  /// A cut that needs no white space: after Chinese punctuation, or after narrow punctuation before a Han character.
  private mutating func emitWide(at offset: Int, before kind: ScalarKind) {
    guard let pending else { return }
    switch pending.kind {
    case .wideStop: emit(offset, .sentence)
    case .wideComma: emit(offset, .clause)
    case .stop:
      if kind == .ideograph, source.bytes[pending.start] != UInt8(ascii: ".") { emit(offset, .sentence) }
    case .comma:
      if kind == .ideograph, source.bytes[pending.start] != UInt8(ascii: ":") { emit(offset, .clause) }
    case .newline, .space, .closer, .ideograph, .other: break
    }
  }

  /// Reads a run of white space and says what ends with it; returns the offset behind it.
  private mutating func takeWhitespace(from start: Int) -> Int {
    var offset = start
    var newlines = 0
    var lineStart = start
    while offset < range.upperBound {
      let (value, length) = source.scalar(at: offset)
      let kind = ScalarKind(value)
      guard kind == .newline || kind == .space else { break }
      if kind == .newline {
        let pair = value == 0x0D && offset + 1 < range.upperBound && source.bytes[offset + 1] == 0x0A
        offset += pair ? 2 : length
        newlines += value == 0x0C ? 2 : 1
        lineStart = offset
      } else {
        offset += length
      }
    }
    let ends = endsSentence(before: start, next: offset)
    if newlines > 1 {
      emit(lineStart, .paragraph)
    } else if newlines == 1 {
      emit(lineStart, ends || beginsItem(lineStart, offset) ? .line : .brokenLine)
    } else if ends {
      emit(offset, .sentence)
    } else if let pending, pending.kind == .comma || pending.kind == .wideComma {
      emit(offset, .clause)
    } else {
      emit(offset, .word)
    }
    return offset
  }

  /// Whether the line that begins here is an item of a list, a row, a quotation or indented.
  private func beginsItem(_ lineStart: Int, _ contentStart: Int) -> Bool {
    guard contentStart < range.upperBound else { return true }
    let bytes = source.bytes
    if contentStart > lineStart, !continues(at: contentStart) { return true }
    switch bytes[contentStart] {
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "|"), UInt8(ascii: "#"),
      UInt8(ascii: ">"):
      return true
    case UInt8(ascii: "`"):
      // The fence of a code block; a single one begins a word of the sentence.
      return bytes[contentStart..<min(contentStart + 3, range.upperBound)].elementsEqual("```".utf8)
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      var index = contentStart
      while index < range.upperBound, index < contentStart + 4, bytes[index] >= 0x30, bytes[index] <= 0x39 {
        index += 1
      }
      return index < range.upperBound && (bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ")"))
    default:
      // •, and the full stop of Chinese ordinals need no more than a look.
      return source.scalar(at: contentStart).value == 0x2022
    }
  }

  /// Whether an indented line goes on with the sentence of the line before, as the lines of an item in a list do.
  private func continues(at contentStart: Int) -> Bool {
    let (value, _) = source.scalar(at: contentStart)
    if ScalarKind(value) == .ideograph { return true }
    return Unicode.Scalar(value)?.properties.isLowercase ?? false
  }

  /// Whether the punctuation before white space ends a sentence.
  private func endsSentence(before end: Int, next: Int) -> Bool {
    guard let pending else { return false }
    switch pending.kind {
    case .wideStop: return true
    case .stop: break
    case .newline, .space, .wideComma, .comma, .closer, .ideograph, .other: return false
    }
    if next < range.upperBound, let scalar = Unicode.Scalar(source.scalar(at: next).value),
      scalar.properties.isLowercase
    {
      return false
    }
    guard source.bytes[pending.start] == UInt8(ascii: ".") else { return true }
    return !EnglishAbbreviations.endsOpen(source.bytes, stop: pending.start, from: range.lowerBound)
  }
}
