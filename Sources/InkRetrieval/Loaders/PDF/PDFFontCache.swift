/// The fonts of a file, each read once.
struct PDFFontCache {
  private var fonts: [String: PDFFont] = [:]
  private var nextDirect = 0

  /// Reads a font of a page and returns the key it is kept under; nil when there is none.
  mutating func load(_ object: PDFObject?, file: PDFFile) throws(RetrievalError) -> String? {
    var key: String
    if case .reference(let number)? = object {
      key = "\(number)"
      if fonts[key] != nil { return key }
    } else {
      // A font that is written into the page is the page's own.
      key = "direct \(nextDirect)"
      nextDirect += 1
    }
    guard let dictionary = file.dictionary(object) else { return nil }
    fonts[key] = try PDFFont(dictionary, file: file)
    return key
  }

  /// Whether lines in a font run from top to bottom.
  func isVertical(_ key: String) -> Bool { fonts[key]?.isVertical ?? false }

  /// The next glyphs of a string in a font; none at its end.
  mutating func glyphs(_ rest: inout ArraySlice<UInt8>, of key: String) -> [PDFFont.Glyph] {
    fonts[key]?.glyphs(&rest) ?? []
  }

  /// Whether some code of some font had no text.
  var hasUnknown: Bool { fonts.values.contains(where: \.hasUnknown) }
}
