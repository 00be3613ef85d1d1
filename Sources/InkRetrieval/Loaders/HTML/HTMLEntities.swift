/// The character references of HTML: numbers, and the names of HTML 4 with those that pages use beside them.
enum HTMLEntities {
  /// The text of bytes with their references replaced; what is no reference stays as it is.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      if bytes[index] == UInt8(ascii: "&"), let (text, next) = reference(bytes, from: index + 1) {
        result.append(contentsOf: text.utf8)
        index = next
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The reference that begins behind an ampersand, and the offset behind it.
  private static func reference(_ bytes: ArraySlice<UInt8>, from start: Int) -> (String, Int)? {
    var end = start
    // No name is longer than this.
    let longest = min(start + 32, bytes.endIndex)
    while end < longest, isNameByte(bytes[end]) || (end == start && bytes[end] == UInt8(ascii: "#")) { end += 1 }
    guard end > start else { return nil }
    let closed = end < bytes.endIndex && bytes[end] == UInt8(ascii: ";")
    let name = bytes[start..<end]
    if name.first == UInt8(ascii: "#") {
      guard let text = number(name.dropFirst()) else { return nil }
      return (text, closed ? end + 1 : end)
    }
    guard closed, let value = names[String(decoding: name, as: UTF8.self)], let scalar = Unicode.Scalar(value) else {
      return nil
    }
    return (String(scalar), end + 1)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> String? {
    let isHexadecimal = digits.first == UInt8(ascii: "x") || digits.first == UInt8(ascii: "X")
    let text = String(decoding: isHexadecimal ? digits.dropFirst() : digits, as: UTF8.self)
    guard let value = UInt32(text, radix: isHexadecimal ? 16 : 10) else { return nil }
    // Pages mean the Western code page where Unicode has control characters.
    if value >= 0x80, value < 0xA0 { return TextEncoding.windows1252.decode([UInt8(value)]) }
    guard value != 0, let scalar = Unicode.Scalar(value) else { return "\u{FFFD}" }
    return String(scalar)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static let names: [String: UInt32] = {
    var names: [String: UInt32] = [:]
    for (first, list) in tables {
      for (index, name) in list.split(separator: " ").enumerated() where name != "-" {
        names[String(name)] = first + UInt32(index)
      }
    }
    for (name, value) in singles { names[name] = value }
    return names
  }()

  /// Names of consecutive characters, from the given one on.
  private static let tables: [(UInt32, String)] = [
    (
      160,
      """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 \
      acute micro \
      para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil \
      Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave \
      Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml \
      igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc \
      uuml yacute \
      thorn yuml
      """
    ),
    (
      913,
      """
      Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon Phi \
      Chi Psi Omega
      """
    ),
    (
      945,
      """
      alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigmaf sigma tau upsilon \
      phi chi psi omega
      """
    ),
  ]

  private static let singles: [(String, UInt32)] = [
    ("quot", 34), ("amp", 38), ("apos", 39), ("lt", 60), ("gt", 62), ("AMP", 38), ("LT", 60), ("GT", 62), ("QUOT", 34),
    ("OElig", 338), ("oelig", 339), ("Scaron", 352), ("scaron", 353), ("Yuml", 376), ("fnof", 402), ("circ", 710),
    ("tilde", 732), ("ensp", 8194), ("emsp", 8195), ("thinsp", 8201), ("zwnj", 8204), ("zwj", 8205), ("lrm", 8206),
    ("rlm", 8207), ("ndash", 8211), ("mdash", 8212), ("lsquo", 8216), ("rsquo", 8217), ("sbquo", 8218), ("ldquo", 8220),
    ("rdquo", 8221), ("bdquo", 8222), ("dagger", 8224), ("Dagger", 8225), ("bull", 8226), ("hellip", 8230),
    ("permil", 8240), ("prime", 8242), ("Prime", 8243), ("lsaquo", 8249), ("rsaquo", 8250), ("oline", 8254),
    ("frasl", 8260), ("euro", 8364), ("image", 8465), ("weierp", 8472), ("real", 8476), ("trade", 8482),
    ("alefsym", 8501), ("larr", 8592), ("uarr", 8593), ("rarr", 8594), ("darr", 8595), ("harr", 8596), ("crarr", 8629),
    ("lArr", 8656), ("uArr", 8657), ("rArr", 8658), ("dArr", 8659), ("hArr", 8660), ("forall", 8704), ("part", 8706),
    ("exist", 8707), ("empty", 8709), ("nabla", 8711), ("isin", 8712), ("notin", 8713), ("ni", 8715), ("prod", 8719),
    ("sum", 8721), ("minus", 8722), ("lowast", 8727), ("radic", 8730), ("prop", 8733), ("infin", 8734), ("ang", 8736),
    ("and", 8743), ("or", 8744), ("cap", 8745), ("cup", 8746), ("int", 8747), ("there4", 8756), ("sim", 8764),
    ("cong", 8773), ("asymp", 8776), ("ne", 8800), ("equiv", 8801), ("le", 8804), ("ge", 8805), ("sub", 8834),
    ("sup", 8835), ("nsub", 8836), ("sube", 8838), ("supe", 8839), ("oplus", 8853), ("otimes", 8855), ("perp", 8869),
    ("sdot", 8901), ("lceil", 8968), ("rceil", 8969), ("lfloor", 8970), ("rfloor", 8971), ("lang", 9001),
    ("rang", 9002), ("loz", 9674), ("spades", 9824), ("clubs", 9827), ("hearts", 9829), ("diams", 9830),
    ("thetasym", 977), ("upsih", 978), ("piv", 982), ("check", 10003), ("star", 9734), ("phone", 9742),
    ("lbrace", 123), ("rbrace", 125), ("lbrack", 91), ("rbrack", 93), ("lpar", 40), ("rpar", 41), ("num", 35),
    ("dollar", 36), ("percnt", 37), ("ast", 42), ("plus", 43), ("comma", 44), ("period", 46), ("sol", 47),
    ("colon", 58),
    ("semi", 59), ("equals", 61), ("quest", 63), ("commat", 64), ("bsol", 92), ("lowbar", 95), ("grave", 96),
    ("vert", 124), ("Tab", 9), ("NewLine", 10), ("excl", 33), ("hyphen", 8208), ("dash", 8208),
  ]
}
