/// An answer taken apart into its sentences and the marks of sources in it, such as `[1]`, `[2, 3]` and `【1】`.
///
/// Only a bracket that holds nothing but numbers of passages is a mark: `[500]` is a claim, and is checked as one.
struct MarkedText {
  /// A sentence of the text.
  struct Sentence {
    /// The sentence with its marks, byte for byte as it stands in the text.
    let text: String
    /// The sentence without them.
    let bare: String
    /// Positions of the passages that it names.
    let passages: Set<Int>
  }

  private struct Mark {
    /// The byte of the bare text that it stands before.
    let offset: Int
    let size: Int
    let passages: Set<Int>
  }

  /// The sentences in order.
  let sentences: [Sentence]

  /// - Parameter passages: how many there are; numbers count from 1.
  init(_ text: String, passages: Int, words: TextWords) {
    let bytes = Array(text.utf8)
    var marks: [Mark] = []
    var bare: [UInt8] = []
    var position = 0
    while position < bytes.count {
      guard let mark = MarkedText.mark(in: bytes, at: position, passages: passages) else {
        bare.append(bytes[position])
        position += 1
        continue
      }
      // The space before a mark goes with it, so that "word [1]." becomes "word."
      let spaces = bare.reversed().prefix { $0 == 0x20 }.count
      bare.removeLast(spaces)
      marks.append(Mark(offset: bare.count, size: mark.size + spaces, passages: mark.passages))
      position += mark.size
    }
    let bareText = String(decoding: bare, as: UTF8.self)
    let ranges = words.sentences(bareText)
    var named = [Set<Int>](repeating: [], count: ranges.count)
    for mark in marks {
      if let owner = MarkedText.owner(of: mark.offset, among: ranges) { named[owner].formUnion(mark.passages) }
    }
    sentences = ranges.indices.map { index in
      let range = ranges[index]
      // Marks at the very end of a sentence belong to it.
      let start = range.lowerBound + marks.reduce(0) { $0 + ($1.offset <= range.lowerBound ? $1.size : 0) }
      let end = range.upperBound + marks.reduce(0) { $0 + ($1.offset <= range.upperBound ? $1.size : 0) }
      return Sentence(
        text: String(decoding: bytes[start..<end], as: UTF8.self),
        bare: String(decoding: bare[range], as: UTF8.self), passages: named[index])
    }
  }

  /// A mark belongs to the sentence that it stands in or right behind, else to the next one, else to the last.
  private static func owner(of offset: Int, among ranges: [Range<Int>]) -> Int? {
    if let inside = ranges.lastIndex(where: { $0.lowerBound < offset && offset <= $0.upperBound }) { return inside }
    return ranges.firstIndex { offset <= $0.lowerBound } ?? ranges.indices.last
  }

  /// The mark that begins at a byte.
  private static func mark(in bytes: [UInt8], at start: Int, passages: Int) -> (size: Int, passages: Set<Int>)? {
    let rest = bytes[start...]
    guard let open = Bracket.allCases.first(where: { rest.starts(with: $0.opening) }) else { return nil }
    var found: Set<Int> = []
    var number: Int?
    var position = start + open.opening.count
    while position < bytes.count {
      let byte = bytes[position]
      if (0x30...0x39).contains(byte) {
        let value = (number ?? 0) * 10 + Int(byte - 0x30)
        guard value <= passages else { return nil }
        number = value
        position += 1
        continue
      }
      if let number {
        guard number >= 1 else { return nil }
        found.insert(number - 1)
      }
      number = nil
      let ahead = bytes[position...]
      if ahead.starts(with: open.closing) {
        return found.isEmpty ? nil : (position + open.closing.count - start, found)
      }
      guard let separator = separators.first(where: { ahead.starts(with: $0) }) else { return nil }
      position += separator.count
    }
    return nil
  }

  private static let separators = [",", " ", "，", "、"].map { Array($0.utf8) }

  private enum Bracket: CaseIterable {
    case square, lenticular

    var opening: [UInt8] {
      switch self {
      case .square: Array("[".utf8)
      case .lenticular: Array("【".utf8)
      }
    }

    var closing: [UInt8] {
      switch self {
      case .square: Array("]".utf8)
      case .lenticular: Array("】".utf8)
      }
    }
  }
}
