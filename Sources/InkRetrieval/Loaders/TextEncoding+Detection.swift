extension TextEncoding {
  /// The text of a file's bytes, without a byte order mark, and the encoding it was found to be in.
  ///
  /// UTF-8 wins where the bytes are UTF-8, since other encodings hardly ever look like it; then `declared`, which the
  /// file or its sender names; then the Chinese encoding whose decoded text has the more frequent characters.
  ///
  /// - Throws: ``RetrievalError`` with code `invalidDocument` for bytes that are not text.
  package static func text(
    of bytes: [UInt8], declared: TextEncoding? = nil, name: String
  ) throws(RetrievalError) -> (text: String, encoding: TextEncoding, warning: String?) {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]), let text = TextEncoding.utf8.decode(Array(bytes.dropFirst(3))) {
      return (text, .utf8, nil)
    }
    for (mark, encoding) in [([0xFF, 0xFE], TextEncoding.utf16LittleEndian), ([0xFE, 0xFF], .utf16BigEndian)] {
      guard bytes.starts(with: mark.map { UInt8($0) }) else { continue }
      guard let text = encoding.decode(Array(bytes.dropFirst(2))) else {
        throw notText(name, "damaged UTF-16")
      }
      return (text, encoding, nil)
    }
    // A declaration by a page that could itself be read cannot be of UTF-16 without a mark.
    if declared != .utf16LittleEndian, declared != .utf16BigEndian, bytes.prefix(8192).contains(0) {
      throw notText(name, "zero bytes")
    }
    if let text = TextEncoding.utf8.decode(bytes) { return (text, .utf8, nil) }
    if let declared, let text = declared.decode(bytes) { return (text, declared, nil) }
    if let found = mostlyUTF8(bytes) { return found }
    var best: (text: String, encoding: TextEncoding, score: Double)?
    for encoding in [TextEncoding.gb18030, .big5] {
      guard let text = encoding.decode(bytes) else { continue }
      let score = plausibility(of: text)
      if score > best?.score ?? 0 { best = (text, encoding, score) }
    }
    if let best { return (best.text, best.encoding, nil) }
    guard isWestern(bytes), let text = TextEncoding.windows1252.decode(bytes) else {
      throw notText(name, "bytes of no known encoding")
    }
    return (text, .windows1252, nil)
  }

  private static func notText(_ name: String, _ found: String) -> RetrievalError {
    RetrievalError(
      .invalidDocument, context: name, expected: "text in UTF-8, UTF-16 with a mark, GB 18030 or Big5", found: found,
      hint: "Save the file as UTF-8, or name its format.")
  }

  /// A text in UTF-8 with a few damaged places, which become replacement characters.
  private static func mostlyUTF8(_ bytes: [UInt8]) -> (text: String, encoding: TextEncoding, warning: String?)? {
    let high = bytes.count { $0 >= 0x80 }
    let text = String(decoding: bytes, as: UTF8.self)
    let damaged = text.unicodeScalars.count { $0.value == 0xFFFD }
    guard damaged * 50 <= high else { return nil }
    return (text, .utf8, "\(damaged) places that are not UTF-8 were replaced.")
  }

  /// How much of a text's wide characters a Chinese reader would expect: everyday ones for, rare and private ones
  /// against.
  private static func plausibility(of text: String) -> Double {
    var wide = 0
    var weight = 0.0
    for scalar in text.unicodeScalars.prefix(200_000) where scalar.value >= 0x80 {
      wide += 1
      switch scalar.value {
      case 0x3000...0x3011, 0xFF01...0xFF5E, 0x2014, 0x2018...0x201D, 0x2026: weight += 1
      case 0x4E00...0x9FFF: weight += frequent.contains(scalar) ? 3 : 0.4
      case 0xE000...0xF8FF, 0xFFFD: weight -= 3
      default: weight -= 0.5
      }
    }
    return wide == 0 ? 0 : weight / Double(wide)
  }

  /// The most frequent characters of Chinese, in simplified and traditional form.
  private static let frequent = Set(
    ("的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于於着著下自之年过過发發"
      + "后後作里裡用道行所然家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她本前开開但因"
      + "只从從想实實日军軍者意无無力它与與长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并並物手应應"
      + "战戰向头頭文体體政美相见見被利什二等产產或新己制身果加西斯月话話合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提"
      + "立及比员員解水名真论論处處走义義各入几幾口认認条條平系气氣题題活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感"
      + "建务務做接必场場件计計管期市直德资資命山金指克许許统統区區保至队隊形社便空决決治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強").unicodeScalars)

  /// Whether bytes read as a Western text: letters with accents now and then, and no control characters.
  private static func isWestern(_ bytes: [UInt8]) -> Bool {
    let control = bytes.count { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D && $0 != 0x0C && $0 != 0x1B }
    let high = bytes.count { $0 >= 0x80 }
    return control == 0 && high * 3 <= bytes.count
  }
}
