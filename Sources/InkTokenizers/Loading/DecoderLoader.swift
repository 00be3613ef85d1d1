/// Reads the decoders of `tokenizer.json`.
enum DecoderLoader {
  static func load(_ field: JSONField?, _ spelling: Tokenizer.Spelling) throws(TokenizerError) -> Decoder {
    // Without a decoder the reference library writes a space between tokens.
    guard let field else { return .text(TextDecoder(steps: [.separator([Scan.space])])) }
    let decoder = TextDecoder(steps: try steps(field))
    return decoder.isByteAlphabetAlone && spelling == .byteAlphabet ? .bytes : .text(decoder)
  }

  private static func steps(_ field: JSONField) throws(TokenizerError) -> [DecoderStep] {
    let type = try field.required("type").string()
    switch type {
    case "ByteLevel": return [.byteAlphabet]
    case "ByteFallback": return [.byteFallback]
    case "Fuse": return [.fuse]
    case "Replace":
      return [
        .replace(
          try NormalizerLoader.pattern(field.required("pattern")),
          with: Array(try field.required("content").string().utf8))
      ]
    case "Strip":
      return [
        .strip(
          Array(try field.required("content").string().utf8),
          start: try field.optional("start")?.integer(in: 0...1000) ?? 0,
          end: try (field.optional("stop") ?? field.optional("end"))?.integer(in: 0...1000) ?? 0)
      ]
    case "Metaspace":
      let mark = Array(try field.required("replacement").string().utf8)
      let scheme = try PreTokenizerLoader.prefixScheme(field)
      return [.metaspace(mark, scheme == .never ? .keepsSpaces : .losesSpaces)]
    case "WordPiece":
      let prefix = try field.optional("prefix")?.string() ?? "##"
      let cleans = try field.flag("cleanup", default: true)
      return [.wordPiece(prefix: Array(prefix.utf8))] + (cleans ? [.cleanup] : [])
    case "BPEDecoder":
      let suffix = try field.optional("suffix")?.string() ?? "</w>"
      if suffix.isEmpty { throw field.wrong("a suffix of at least one character") }
      return [.wordEnd(Array(suffix.utf8))]
    case "CTC":
      let padding = try field.optional("pad_token")?.string() ?? "<pad>"
      let delimiter = try field.optional("word_delimiter_token")?.string() ?? "|"
      let repetitions = DecoderStep.repetitions(padding: Array(padding.utf8))
      guard try field.flag("cleanup", default: true) else { return [repetitions] }
      return [repetitions, .cleanup, .replace(.literal(Array(delimiter.utf8)), with: [Scan.space])]
    case "Sequence":
      var all: [DecoderStep] = []
      for item in try field.required("decoders").list() { all += try steps(item) }
      return all
    default:
      throw field.unsupported(
        "ByteLevel, WordPiece, BPEDecoder, ByteFallback, CTC, Fuse, Replace, Strip, Metaspace or Sequence",
        "the decoder \"\(type)\"")
    }
  }
}
