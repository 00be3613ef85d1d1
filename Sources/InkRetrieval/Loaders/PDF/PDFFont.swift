/// What the codes of a font of a PDF file stand for, and how wide their glyphs are.
struct PDFFont {
  /// How codes become text.
  enum Codes {
    /// One byte a code.
    case simple([String?])
    /// Two bytes a code; the text comes from the font's map to Unicode alone.
    case identity
    /// Codes of a map in the file.
    case mapped(PDFCharacterMap)
    /// Codes that are characters of an encoding.
    case encoded(TextEncoding)
  }

  /// One glyph of a string.
  struct Glyph {
    var text: String
    /// Along the direction of writing, in thousandths of the font's size.
    var width: Double
    /// Whether it is the single-byte code 32, which word spacing widens.
    var isSpace: Bool
  }

  private let codes: Codes
  private let unicode: PDFCharacterMap?
  private let widths: [Int: Double]
  private let defaultWidth: Double
  /// Whether lines run from top to bottom; widths are heights then.
  let isVertical: Bool
  /// Whether some code had no text, for a warning.
  private(set) var hasUnknown = false

  init(_ dictionary: [String: PDFObject], file: PDFFile) throws(RetrievalError) {
    if case .stream(let stream) = file.resolve(dictionary["ToUnicode"]) {
      let map = PDFCharacterMap(try file.decode(stream))
      unicode = map.isEmpty ? nil : map
    } else {
      unicode = nil
    }
    if file.resolve(dictionary["Subtype"]).name == "Type0" {
      let descendant = file.dictionary(file.array(dictionary["DescendantFonts"])?.first) ?? [:]
      (codes, isVertical) = try PDFFont.compositeCodes(dictionary, file)
      if isVertical {
        widths = PDFFont.compositeHeights(descendant, file)
        let usual = file.array(descendant["DW2"])?.last.flatMap { file.resolve($0).number }
        defaultWidth = usual.map(abs) ?? 1000
      } else {
        widths = PDFFont.compositeWidths(descendant, file)
        defaultWidth = file.resolve(descendant["DW"]).number ?? 1000
      }
    } else {
      isVertical = false
      codes = .simple(PDFFont.simpleCodes(dictionary, file))
      let found = PDFFont.simpleWidths(dictionary, file)
      widths = found.widths
      defaultWidth = found.missing
    }
  }

  // MARK: Decoding

  /// The next glyphs of a shown string, a thousand at most: a string may be as long as its file.
  mutating func glyphs(_ rest: inout ArraySlice<UInt8>) -> [Glyph] {
    var glyphs: [Glyph] = []
    while !rest.isEmpty, glyphs.count < 1000 {
      let length = min(codeLength(rest), rest.count)
      let part = rest.prefix(length)
      rest = rest.dropFirst(length)
      let code = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let text = unicode?.text(code) ?? text(code, part)
      if text == nil { hasUnknown = true }
      let shown = isVertical ? PDFVerticalForms.upright(text ?? "") : text ?? ""
      glyphs.append(Glyph(text: shown, width: width(code), isSpace: length == 1 && code == 32))
    }
    return glyphs
  }

  private func codeLength(_ bytes: ArraySlice<UInt8>) -> Int {
    switch codes {
    case .simple: 1
    case .identity: 2
    case .mapped(let map): max(1, map.codeLength(bytes) ?? 2)
    case .encoded(let encoding):
      switch encoding {
      case .utf16BigEndian:
        // A pair of surrogates is one character.
        bytes.count >= 4 && bytes[bytes.startIndex] & 0xFC == 0xD8 ? 4 : 2
      case .utf8, .utf16LittleEndian, .windows1252: 1
      case .gb18030, .big5, .shiftJIS, .eucKorean: (bytes.first ?? 0) >= 0x81 ? 2 : 1
      }
    }
  }

  private func text(_ code: UInt32, _ bytes: ArraySlice<UInt8>) -> String? {
    switch codes {
    case .simple(let table): table[Int(code & 0xFF)]
    case .identity, .mapped: nil
    case .encoded(let encoding): encoding.decode(Array(bytes))
    }
  }

  private func width(_ code: UInt32) -> Double {
    switch codes {
    case .mapped(let map): widths[map.number(code) ?? Int(code)] ?? defaultWidth
    case .simple, .identity: widths[Int(code)] ?? defaultWidth
    // Widths go by glyph numbers, which only the font's maker knows; half-width letters are half as wide.
    case .encoded: code < 0x80 && !isVertical ? defaultWidth / 2 : defaultWidth
    }
  }

  // MARK: Simple fonts

  private static func simpleCodes(_ font: [String: PDFObject], _ file: PDFFile) -> [String?] {
    let encoding = file.resolve(font["Encoding"])
    let members = file.dictionary(encoding)
    let base = encoding.name ?? members.flatMap { file.resolve($0["BaseEncoding"]).name }
    let isTrueType = file.resolve(font["Subtype"]).name == "TrueType"
    var codes = PDFGlyphNames.encoding(base ?? (isTrueType ? "WinAnsiEncoding" : "StandardEncoding"))
    if base == nil, let descriptor = file.dictionary(font["FontDescriptor"]),
      case .stream(let program) = file.resolve(descriptor["FontFile"]), let bytes = try? file.decode(program)
    {
      readBuiltIn(bytes.prefix(100_000), into: &codes)
    }
    var code = 0
    for element in members.flatMap({ file.array($0["Differences"]) }) ?? [] {
      let element = file.resolve(element)
      if let number = element.integer { code = number }
      if let name = element.name {
        if codes.indices.contains(code) { codes[code] = PDFGlyphNames.text(name) }
        code += 1
      }
    }
    return codes
  }

  /// The encoding that a Type 1 font program carries in plain text: `dup 65 /A put`.
  private static func readBuiltIn(_ program: ArraySlice<UInt8>, into codes: inout [String?]) {
    let end = program.firstRange(of: Array("eexec".utf8))?.lowerBound ?? program.endIndex
    guard let start = program[..<end].firstRange(of: Array("/Encoding".utf8))?.upperBound else { return }
    var lexer = PDFLexer(Array(program[start..<end]))
    var isCode = false
    var code: Int?
    while let token = lexer.next() {
      switch token {
      case .keyword(let word):
        isCode = word == "dup"
        if word == "def" || word == "readonly" { return }
        if word == "StandardEncoding" { return }
      case .object(let object):
        if isCode {
          code = object.integer
          isCode = false
        } else if let name = object.name, let place = code, codes.indices.contains(place) {
          codes[place] = PDFGlyphNames.text(name)
          code = nil
        }
      case .arrayEnd, .dictionaryEnd: continue
      }
    }
  }

  private static func simpleWidths(
    _ font: [String: PDFObject], _ file: PDFFile
  ) -> (widths: [Int: Double], missing: Double) {
    var widths: [Int: Double] = [:]
    let isType3 = file.resolve(font["Subtype"]).name == "Type3"
    // The widths of a Type 3 font are in a space of its own.
    let scale =
      isType3 ? (file.array(font["FontMatrix"])?.first.flatMap { file.resolve($0).number } ?? 0.001) * 1000 : 1
    let first = file.resolve(font["FirstChar"]).integer ?? 0
    if let list = file.array(font["Widths"]) {
      for (index, width) in list.prefix(256).enumerated() {
        if let value = file.resolve(width).number { widths[first + index] = value * scale }
      }
      let missing = file.dictionary(font["FontDescriptor"]).flatMap { file.resolve($0["MissingWidth"]).number }
      return (widths, missing ?? 0)
    }
    let name = file.resolve(font["BaseFont"]).name ?? ""
    if name.contains("Courier") { return ([:], 600) }
    for (index, width) in sansWidths.enumerated() { widths[32 + index] = width }
    return (widths, 556)
  }

  /// The widths of the characters from 32 to 126 of the sans serif font that viewers have, which stands in for others.
  private static let sansWidths: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556,
    556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722,
    778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,
    556,
    556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]
}
