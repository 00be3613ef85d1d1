/// What glyph names of PDF fonts stand for (Adobe Glyph List, as far as Western text needs it), and the encodings of
/// ISO 32000-1, annex D.
enum PDFGlyphNames {
  /// The text of a glyph name; nil when it says none.
  static func text(_ name: String) -> String? {
    if let known = names[name] { return known }
    // A variant such as `a.sc` or `one.oldstyle` is its base.
    if let dot = name.firstIndex(of: "."), dot > name.startIndex { return text(String(name[..<dot])) }
    for (prefix, digits) in [("uni", 4), ("u", 4)] where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count)
      if rest.count >= digits, rest.count <= 6, let value = UInt32(rest, radix: 16), let scalar = Unicode.Scalar(value)
      {
        return String(scalar)
      }
    }
    if name.contains("_") {
      let parts = name.split(separator: "_").map { text(String($0)) }
      return parts.contains(nil) || parts.count > 8 ? nil : parts.compactMap(\.self).joined()
    }
    return nil
  }

  /// The text of every code of an encoding.
  static func encoding(_ name: String) -> [String?] {
    switch name {
    case "WinAnsiEncoding": western
    case "MacRomanEncoding": macRoman
    default: standard
    }
  }

  private static let ascii = """
    space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus \
    comma hyphen \
    period slash zero one two three four five six seven eight nine colon semicolon less equal greater question \
    at A B C D E \
    F G H I J K L M N O P Q R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore grave a \
    b c d e f g h \
    i j k l m n o p q r s t u v w x y z braceleft bar braceright asciitilde
    """

  private static let latin = """
    nbspace exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine \
    guillemotleft logicalnot \
    sfthyphen registered macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla \
    onesuperior ordmasculine guillemotright onequarter onehalf threequarters questiondown Agrave Aacute \
    Acircumflex Atilde \
    Adieresis Aring AE Ccedilla Egrave Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis Eth \
    Ntilde Ograve \
    Oacute Ocircumflex Otilde Odieresis multiply Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn \
    germandbls agrave \
    aacute acircumflex atilde adieresis aring ae ccedilla egrave eacute ecircumflex edieresis igrave iacute \
    icircumflex \
    idieresis eth ntilde ograve oacute ocircumflex otilde odieresis divide oslash ugrave uacute ucircumflex \
    udieresis yacute \
    thorn ydieresis
    """

  private static let greek = """
    Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho - Sigma Tau Upsilon \
    Phi Chi Psi \
    Omega - - - - - - - alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu1 nu xi omicron pi \
    rho sigma1 sigma \
    tau upsilon phi chi psi omega
    """

  private static let others: [String: String] = [
    "quoteleft": "‘", "quoteright": "’", "quotedblleft": "“", "quotedblright": "”", "quotesinglbase": "‚",
    "quotedblbase": "„", "bullet": "•", "ellipsis": "…", "endash": "–", "emdash": "—", "dagger": "†", "daggerdbl": "‡",
    "perthousand": "‰", "guilsinglleft": "‹", "guilsinglright": "›", "fraction": "⁄", "fi": "fi", "fl": "fl",
    "ff": "ff",
    "ffi": "ffi", "ffl": "ffl", "florin": "ƒ", "OE": "Œ", "oe": "œ", "Scaron": "Š", "scaron": "š", "Ydieresis": "Ÿ",
    "Zcaron": "Ž", "zcaron": "ž", "dotlessi": "ı", "dotlessj": "ȷ", "circumflex": "ˆ", "caron": "ˇ", "breve": "˘",
    "dotaccent": "˙", "ring": "˚", "ogonek": "˛", "tilde": "˜", "hungarumlaut": "˝", "minus": "−", "Euro": "€",
    "trademark": "™", "Lslash": "Ł", "lslash": "ł", "arrowright": "→", "arrowleft": "←", "arrowup": "↑",
    "arrowdown": "↓",
    "arrowdblright": "⇒", "infinity": "∞", "lessequal": "≤", "greaterequal": "≥", "notequal": "≠", "approxequal": "≈",
    "equivalence": "≡", "element": "∈", "summation": "∑", "product": "∏", "integral": "∫", "partialdiff": "∂",
    "gradient": "∇", "radical": "√", "similar": "∼", "asteriskmath": "∗", "dotmath": "⋅", "bar": "|", "epsilon1": "ϵ",
    "phi1": "ϕ", "theta1": "ϑ", "lozenge": "◊", "checkmark": "✓", "visiblespace": "␣", "space": " ",
    "nbspace": "\u{A0}",
    "sfthyphen": "-", "prime": "′", "universal": "∀", "existential": "∃", "union": "∪", "intersection": "∩",
    "propersubset": "⊂", "logicaland": "∧", "logicalor": "∨", "angleleft": "⟨", "angleright": "⟩", "ell": "ℓ",
  ]

  private static let names: [String: String] = {
    var names = others
    for (first, list) in [(UInt32(32), ascii), (160, latin), (913, greek)] {
      for (index, name) in list.split(separator: " ").enumerated() where name != "-" && names[String(name)] == nil {
        if let scalar = Unicode.Scalar(first + UInt32(index)) { names[String(name)] = String(scalar) }
      }
    }
    return names
  }()

  private static let western: [String?] = (0..<256).map { code in
    guard code >= 32, code != 127 else { return nil }
    return code == 0xAD ? "-" : TextEncoding.windows1252.decode([UInt8(code)])
  }

  private static let macRoman: [String?] = {
    let high = """
      ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈\
      ∆«»…\u{A0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{F8FF}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ
      """
    var codes = [String?](repeating: nil, count: 256)
    for code in UInt8(32)..<127 { codes[Int(code)] = String(UnicodeScalar(code)) }
    for (index, scalar) in high.unicodeScalars.enumerated() where index < 128 { codes[128 + index] = String(scalar) }
    return codes
  }()

  private static let standard: [String?] = {
    var codes = [String?](repeating: nil, count: 256)
    for code in UInt8(32)..<127 { codes[Int(code)] = String(UnicodeScalar(code)) }
    codes[0x27] = "’"
    codes[0x60] = "‘"
    let high: [(Int, String)] = [
      (0xA1, "exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft guillemotleft"),
      (0xAC, "guilsinglleft guilsinglright fi fl"), (0xB1, "endash dagger daggerdbl periodcentered"),
      (0xB6, "paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand"),
      (0xBF, "questiondown"), (0xC1, "grave acute circumflex tilde macron breve dotaccent dieresis"),
      (0xCA, "ring cedilla"), (0xCD, "hungarumlaut ogonek caron emdash"), (0xE1, "AE"), (0xE3, "ordfeminine"),
      (0xE8, "Lslash Oslash OE ordmasculine"), (0xF1, "ae"), (0xF5, "dotlessi"), (0xF8, "lslash oslash oe germandbls"),
    ]
    for (first, list) in high {
      for (index, name) in list.split(separator: " ").enumerated() { codes[first + index] = names[String(name)] }
    }
    return codes
  }()
}
