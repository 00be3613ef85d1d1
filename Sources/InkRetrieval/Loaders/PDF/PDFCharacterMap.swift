/// A CMap (Adobe Technical Note 5014): which codes a string is made of, and what each stands for.
struct PDFCharacterMap {
  private struct Range {
    var first: UInt32
    var last: UInt32
    /// UTF-16 of the first, or the first's number.
    var target: [UInt16]
  }

  /// Codes by their lengths in bytes, as the code space says.
  private var spaces: [(length: Int, first: UInt32, last: UInt32)] = []
  private var characters: [UInt32: [UInt16]] = [:]
  private var ranges: [Range] = []
  /// Whether lines run from top to bottom.
  private(set) var isVertical = false
  private static let mostEntries = 1 << 20

  /// Reads a map; operators that are not of it are passed over.
  init(_ bytes: [UInt8]) {
    var lexer = PDFLexer(bytes)
    var operands: [PDFObject] = []
    while let token = lexer.next() {
      switch token {
      case .object(let object): if operands.count < 1024 { operands.append(object) }
      case .arrayEnd, .dictionaryEnd: continue
      case .keyword(let word):
        switch word {
        case "endcodespacerange": takeSpaces(operands)
        case "endbfchar", "endcidchar": takeCharacters(operands)
        case "endbfrange", "endcidrange": takeRanges(operands)
        case "def": if operands.first?.name == "WMode" { isVertical = operands.last?.integer == 1 }
        case "usecmap": if let name = operands.last?.name { isVertical = PDFCharacterMap.isVertical(name) }
        default: break
        }
        operands.removeAll(keepingCapacity: true)
      }
    }
    ranges.sort { $0.first < $1.first }
  }

  /// Whether a map that viewers know by its name is for lines from top to bottom.
  static func isVertical(_ name: String) -> Bool { name.hasSuffix("-V") || name == "V" }

  /// Whether it says nothing.
  var isEmpty: Bool { characters.isEmpty && ranges.isEmpty }

  /// How many bytes the code that begins here has.
  func codeLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    var code: UInt32 = 0
    for (index, byte) in bytes.prefix(4).enumerated() {
      code = code << 8 | UInt32(byte)
      if spaces.contains(where: { $0.length == index + 1 && $0.first <= code && code <= $0.last }) { return index + 1 }
    }
    return spaces.map(\.length).min()
  }

  /// The text of a code; nil when the map does not have it.
  func text(_ code: UInt32) -> String? { units(code).map { String(decoding: $0, as: UTF16.self) } }

  /// The number that a code is mapped to by a map to character identifiers.
  func number(_ code: UInt32) -> Int? { units(code)?.first.map { Int($0) } }

  private func units(_ code: UInt32) -> [UInt16]? {
    if let direct = characters[code] { return direct }
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].first <= code { low = middle + 1 } else { high = middle }
    }
    guard low > 0, code <= ranges[low - 1].last, var units = Optional(ranges[low - 1].target),
      let last = units.indices.last
    else { return nil }
    units[last] = units[last] &+ UInt16(truncatingIfNeeded: code - ranges[low - 1].first)
    return units
  }

  private static func code(_ object: PDFObject) -> (code: UInt32, length: Int)? {
    guard let bytes = object.string, !bytes.isEmpty, bytes.count <= 4 else { return nil }
    return (bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }, bytes.count)
  }

  private static func target(_ object: PDFObject) -> [UInt16]? {
    if let number = object.integer { return [UInt16(truncatingIfNeeded: number)] }
    guard let bytes = object.string, !bytes.isEmpty, bytes.count <= 64 else { return nil }
    if bytes.count == 1 { return [UInt16(bytes[0])] }
    return stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
  }

  private mutating func takeSpaces(_ operands: [PDFObject]) {
    for index in stride(from: 0, to: operands.count - 1, by: 2) where spaces.count < 256 {
      guard let first = PDFCharacterMap.code(operands[index]), let last = PDFCharacterMap.code(operands[index + 1])
      else {
        continue
      }
      spaces.append((first.length, first.code, last.code))
    }
  }

  private mutating func takeCharacters(_ operands: [PDFObject]) {
    for index in stride(from: 0, to: operands.count - 1, by: 2) where characters.count < PDFCharacterMap.mostEntries {
      guard let code = PDFCharacterMap.code(operands[index]), let target = PDFCharacterMap.target(operands[index + 1])
      else {
        continue
      }
      characters[code.code] = target
    }
  }

  private mutating func takeRanges(_ operands: [PDFObject]) {
    for index in stride(from: 0, to: operands.count - 2, by: 3) where ranges.count < PDFCharacterMap.mostEntries {
      guard let first = PDFCharacterMap.code(operands[index]), let last = PDFCharacterMap.code(operands[index + 1]),
        first.code <= last.code
      else { continue }
      if case .array(let targets) = operands[index + 2] {
        for (offset, target) in targets.enumerated() where UInt32(offset) <= last.code - first.code {
          characters[first.code + UInt32(offset)] = PDFCharacterMap.target(target)
        }
      } else if let target = PDFCharacterMap.target(operands[index + 2]) {
        ranges.append(Range(first: first.code, last: last.code, target: target))
      }
    }
  }
}
