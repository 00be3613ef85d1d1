/// Reads the decoders of `tokenizer.json`.
enum DecoderLoader {
  static func load(_ field: JSONField?) throws(TokenizerError) -> Decoder {
    // Without a decoder the reference library writes a space between tokens.
    guard let field else { return .text(TextDecoder(separator: [Scan.space])) }
    var state = State()
    try load(field, into: &state)
    if state.isByteLevel {
      guard state.decoder.steps.isEmpty, state.decoder.leading == nil else {
        throw field.unsupported("ByteLevel as the only decoder", "a sequence")
      }
      return .bytes
    }
    return .text(state.decoder)
  }

  private struct State {
    var decoder = TextDecoder()
    var isByteLevel = false
    /// After `Fuse` a step sees the whole text and no longer its tokens.
    var isFused = false
  }

  private static func load(_ field: JSONField, into state: inout State) throws(TokenizerError) {
    let type = try field.required("type").string()
    switch type {
    case "ByteLevel": state.isByteLevel = true
    case "ByteFallback":
      state.decoder.steps.append(.byteFallback)
      state.decoder.byteRuns = .whole
    case "Fuse": state.isFused = true
    case "Replace":
      let pattern = try NormalizerLoader.pattern(field.required("pattern"))
      let content = Array(try field.required("content").string().utf8)
      if state.isFused {
        guard case .literal(let literal) = pattern, UTF8Reader.isOneCharacter(literal) else {
          throw field.unsupported("a single character to replace after Fuse", "a longer pattern")
        }
      }
      state.decoder.steps.append(.replace(pattern, with: content))
    case "Strip":
      let character = Array(try field.required("content").string().utf8)
      let start = try field.optional("start")?.integer(in: 0...1000) ?? 0
      let end = try (field.optional("stop") ?? field.optional("end"))?.integer(in: 0...1000) ?? 0
      if state.isFused {
        guard end == 0 else { throw field.unsupported("Strip at the beginning after Fuse", "Strip at the end") }
        state.decoder.leading = (character, start)
      } else {
        state.decoder.steps.append(.strip(character, start: start, end: end))
      }
    case "Metaspace":
      let mark = Array(try field.required("replacement").string().utf8)
      let scheme = try PreTokenizerLoader.prefixScheme(field)
      state.decoder.steps.append(.metaspace(mark, scheme == .never ? .keepsSpaces : .losesSpaces))
    case "Sequence":
      for item in try field.required("decoders").list() { try load(item, into: &state) }
    default:
      throw field.unsupported(
        "ByteLevel, ByteFallback, Fuse, Replace, Strip, Metaspace or Sequence", "the decoder \"\(type)\"")
    }
  }
}
