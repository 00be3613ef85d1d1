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
    var state = DecodingState()
    for id in ids { try append(id, specialTokens, &state, to: &output) }
    return output
  }

  /// A detokenizer that takes one token after the other.
  public func makeStream(specialTokens: SpecialTokenDecoding = .skip) -> TokenStream {
    TokenStream(self, specialTokens)
  }

  /// What is known between two tokens of a text.
  struct DecodingState: Sendable {
    var isFirst = true
    /// How many characters may still be taken from the beginning of the text.
    var leadingTaken = 0
    var isAtBeginning = true
  }

  func append(
    _ id: TokenID, _ specialTokens: SpecialTokenDecoding, _ state: inout DecodingState, to output: inout [UInt8]
  ) throws(TokenizerError) {
    let added = addedTokens.token(id)
    if let added, added.kind == .special, specialTokens == .skip { return }
    switch decoder {
    case .bytes:
      if model.vocabulary.contains(id) {
        output += model.vocabulary.bytes[model.vocabulary.range(of: id)]
      } else if let added {
        output += addedBytes(added)
      } else {
        throw unknownToken(id)
      }
    case .text(let decoder):
      let token: ArraySlice<UInt8>
      if let added {
        token = Array(added.content.utf8)[...]
      } else if model.vocabulary.contains(id) {
        token = model.vocabulary.bytes[model.vocabulary.range(of: id)]
      } else {
        throw unknownToken(id)
      }
      let start = output.count
      decoder.append(token, isFirst: state.isFirst, to: &output)
      takeLeading(decoder, &state, from: start, in: &output)
    }
    state.isFirst = false
  }

  /// Byte-level decoders read added tokens in their alphabet too, where they are written in it.
  private func addedBytes(_ token: AddedToken) -> [UInt8] {
    let bytes = Array(token.content.utf8)
    return spelling == .byteAlphabet ? ByteAlphabet.decode(bytes) ?? bytes : bytes
  }

  private func takeLeading(
    _ decoder: TextDecoder, _ state: inout DecodingState, from start: Int, in output: inout [UInt8]
  ) {
    guard state.isAtBeginning, let leading = decoder.leading, !leading.character.isEmpty else { return }
    while state.leadingTaken < leading.count, output[start...].starts(with: leading.character) {
      output.removeSubrange(start..<start + leading.character.count)
      state.leadingTaken += 1
    }
    if output.count > start { state.isAtBeginning = false }
  }
}
