/// Reads the normalizers of `tokenizer.json`.
enum NormalizerLoader {
  static func load(_ field: JSONField) throws(TokenizerError) -> Normalizer? {
    let type = try field.required("type").string()
    switch type {
    case "NFC": return .unicode(.composed)
    case "NFD": return .unicode(.decomposed)
    case "NFKC": return .unicode(.compatibilityComposed)
    case "NFKD": return .unicode(.compatibilityDecomposed)
    case "Lowercase": return .lowercase
    case "Precompiled":
      let map = try field.required("precompiled_charsmap")
      var blob: [UInt8] = []
      guard Base64.decode(Array(try map.string().utf8)[...], { blob.append($0) }) else {
        throw map.wrong("rules in base64")
      }
      return .precompiled(PrecompiledRules(map: try CharacterMap(blob, name: field.path)))
    case "Prepend": return .prepend(Array(try field.required("prepend").string().utf8))
    case "Replace":
      return .replace(
        try pattern(field.required("pattern")), with: Array(try field.required("content").string().utf8))
    case "Strip":
      var sides: AddedToken.Stripping = []
      if try field.flag("strip_left", default: true) { sides.insert(.left) }
      if try field.flag("strip_right", default: true) { sides.insert(.right) }
      return .strip(sides)
    case "StripAccents": return .stripAccents
    case "Nmt": return .nmt
    case "ByteLevel": return .byteAlphabet
    case "BertNormalizer": return .bert(try bert(field))
    case "Sequence":
      var parts: [Normalizer] = []
      for item in try field.required("normalizers").list() {
        if let part = try load(item) { parts.append(part) }
      }
      return parts.isEmpty ? nil : .sequence(parts)
    default:
      throw field.unsupported(
        "NFC, NFD, NFKC, NFKD, BertNormalizer, ByteLevel, Lowercase, Nmt, Precompiled, Prepend, Replace, Strip, "
          + "StripAccents or Sequence", "the normalizer \"\(type)\"")
    }
  }

  private static func bert(_ field: JSONField) throws(TokenizerError) -> BertNormalizer {
    var normalizer = BertNormalizer()
    if try !field.flag("clean_text", default: true) { normalizer.cleaning = .none }
    if try !field.flag("handle_chinese_chars", default: true) { normalizer.chineseCharacters = .joined }
    let lowers = try field.flag("lowercase", default: true)
    normalizer.letterCase = lowers ? .lowered : .kept
    // Where the file does not say, accents go with the capitals.
    normalizer.accents = try field.flag("strip_accents", default: lowers) ? .stripped : .kept
    return normalizer
  }

  /// `{"String": ...}` or `{"Regex": ...}`.
  static func pattern(_ field: JSONField) throws(TokenizerError) -> TextPattern {
    if let literal = field.optional("String") { return .literal(Array(try literal.string().utf8)) }
    if let expression = field.optional("Regex") { return .expression(try Pattern(try expression.string())) }
    throw field.wrong("an object with \"String\" or \"Regex\"")
  }
}
