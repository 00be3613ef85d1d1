/// How JSON is written.
enum JSONNotation {
  /// Characters that stand for themselves in a string.
  static let plainCharacters = CodePointSet([0x20...0x21, 0x23...0x5B, 0x5D...CodePointSet.last])

  /// A string with quotation marks, escaped where it has to be.
  static func quoted(_ string: String) -> String {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    for scalar in string.unicodeScalars {
      if let escape = escape(scalar.value) { bytes += escape } else { UTF8Reader.append(scalar.value, to: &bytes) }
    }
    return String(decoding: bytes + [UInt8(ascii: "\"")], as: UTF8.self)
  }

  /// The one way in which characters of a set are written inside a string.
  static func characters(_ set: CodePointSet) -> GrammarExpression {
    let plain = set.intersection(plainCharacters)
    var branches: [GrammarExpression] = plain.isEmpty ? [] : [.characters(plain)]
    for value in Array<UInt32>(0..<0x20) + [0x22, 0x5C] where set.contains(value) {
      if let escape = escape(value) { branches.append(.bytes(escape)) }
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  /// Any character of a string, in all the ways that JSON allows. Halves of surrogate pairs stand in pairs only, so that
  /// one of these is one character.
  static let anyCharacter: GrammarExpression = {
    let hexadecimal = hexadecimalDigits("0123456789abcdefABCDEF")
    let escapes = GrammarExpression.choice([
      .characters(CodePointSet(charactersOf: "\"\\/bfnrt")),
      .sequence([
        .text("u"),
        .choice([
          .sequence([
            hexadecimalDigits("0123456789abcefABCEF"), .repetition(hexadecimal, least: 3, most: 3),
          ]),
          .sequence([
            hexadecimalDigits("dD"), hexadecimalDigits("01234567"), .repetition(hexadecimal, least: 2, most: 2),
          ]),
          .sequence([
            hexadecimalDigits("dD"), hexadecimalDigits("89abAB"), .repetition(hexadecimal, least: 2, most: 2),
            .text("\\u"), hexadecimalDigits("dD"), hexadecimalDigits("cdefCDEF"),
            .repetition(hexadecimal, least: 2, most: 2),
          ]),
        ]),
      ]),
    ])
    return .choice([.characters(plainCharacters), .sequence([.text("\\"), escapes])])
  }()

  private static func hexadecimalDigits(_ digits: String) -> GrammarExpression {
    .characters(CodePointSet(charactersOf: digits))
  }

  /// The escape of a character that must have one.
  private static func escape(_ value: UInt32) -> [UInt8]? {
    switch value {
    case 0x22: return Array("\\\"".utf8)
    case 0x5C: return Array("\\\\".utf8)
    case 0x08: return Array("\\b".utf8)
    case 0x09: return Array("\\t".utf8)
    case 0x0A: return Array("\\n".utf8)
    case 0x0C: return Array("\\f".utf8)
    case 0x0D: return Array("\\r".utf8)
    case 0..<0x20:
      let digits = String(value, radix: 16)
      return Array(("\\u00" + (digits.count == 1 ? "0" : "") + digits).utf8)
    default: return nil
    }
  }
}
