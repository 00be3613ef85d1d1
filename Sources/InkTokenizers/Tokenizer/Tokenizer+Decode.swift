extension Tokenizer {
  /// The text of tokens. Bytes that form no character become U+FFFD.
  ///
  /// - Throws: `TokenizerError` if an id names no token.
  public func decode(
    _ ids: [TokenID], specialTokens: SpecialTokenDecoding = .skip
  ) throws(TokenizerError) -> String {
    String(decoding: try decodeBytes(ids, specialTokens: specialTokens), as: UTF8.self)
  }

  /// The bytes of tokens, which need not be complete characters.
  ///
  /// - Throws: `TokenizerError` if an id names no token.
  public func decodeBytes(
    _ ids: [TokenID], specialTokens: SpecialTokenDecoding = .skip
  ) throws(TokenizerError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(ids.count * 4)
    var state = makeDecodingState()
    for id in ids { try append(id, specialTokens, &state, to: &output) }
    finish(&state, to: &output)
    return output
  }

  /// A detokenizer that takes one token after the other.
  public func makeStream(specialTokens: SpecialTokenDecoding = .skip) -> TokenStream {
    TokenStream(self, specialTokens)
  }

  /// What is known between two tokens of a text.
  struct DecodingState: Sendable {
    fileprivate var steps: [DecoderStepState] = []
    fileprivate var sentencePiece = SentencePieceDecoder.State()
  }

  func makeDecodingState() -> DecodingState {
    switch decoder {
    case .bytes, .sentencePiece: DecodingState()
    case .text(let decoder): DecodingState(steps: decoder.initialState)
    }
  }

  /// Takes a token and appends the bytes that are certain with it.
  func append(
    _ id: TokenID, _ specialTokens: SpecialTokenDecoding, _ state: inout DecodingState, to output: inout [UInt8]
  ) throws(TokenizerError) {
    let added = addedTokens.token(id)
    if let added, added.kind == .special, !specialTokens.keeps(id) {
      if case .sentencePiece(let decoder) = decoder { decoder.passControl(&state.sentencePiece, to: &output) }
      return
    }
    switch decoder {
    case .bytes:
      if model.vocabulary.contains(id) {
        output += model.vocabulary.bytes[model.vocabulary.range(of: id)]
      } else if let added {
        output += addedBytes(addedTokens.spelling(id) ?? added.content)
      } else {
        throw unknownToken(id)
      }
    case .text(let decoder):
      let token: [UInt8]
      if let spelling = addedTokens.spelling(id) {
        token = Array(spelling.utf8)
      } else if model.vocabulary.contains(id) {
        let bytes = model.vocabulary.bytes[model.vocabulary.range(of: id)]
        // Decoders see tokens as the file writes them.
        token = spelling == .byteAlphabet ? Array(ByteAlphabet.encode(bytes).utf8) : Array(bytes)
      } else {
        throw unknownToken(id)
      }
      decoder.append(token, &state.steps, to: &output)
    case .sentencePiece(let decoder):
      if let added {
        decoder.append(text: Array(added.content.utf8)[...], &state.sentencePiece, to: &output)
      } else if model.vocabulary.contains(id) {
        let token = model.vocabulary.bytes[model.vocabulary.range(of: id)]
        decoder.append(id, token, &state.sentencePiece, to: &output)
      } else {
        throw unknownToken(id)
      }
    }
  }

  /// Appends what the decoder held back until the last token was known.
  func finish(_ state: inout DecodingState, to output: inout [UInt8]) {
    switch decoder {
    case .bytes: break
    case .text(let decoder): decoder.finish(&state.steps, to: &output)
    case .sentencePiece(let decoder): decoder.finish(&state.sentencePiece, to: &output)
    }
  }

  /// Byte-level decoders read added tokens in their alphabet too, where they are written in it.
  private func addedBytes(_ content: String) -> [UInt8] {
    let bytes = Array(content.utf8)
    return spelling == .byteAlphabet ? ByteAlphabet.decode(bytes) ?? bytes : bytes
  }
}
