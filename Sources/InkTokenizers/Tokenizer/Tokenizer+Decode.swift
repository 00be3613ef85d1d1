extension Tokenizer {
  /// The text of tokens. Bytes that form no character become U+FFFD.
  ///
  /// - Throws: `TokenizerError` if an id names no token.
  public func decode(
    _ ids: [TokenID], specialTokens: SpecialTokenDecoding = .skip
  ) throws(TokenizerError) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(ids.count * 4)
    var state = DecodingState()
    for id in ids { try append(id, specialTokens, &state, to: &output) }
    finish(&state, to: &output)
    return string(finished(output))
  }

  /// Bytes that a decoder has given out, as text.
  func string(_ bytes: some Collection<UInt8>) -> String {
    switch decoder {
    case .bytes: String(decoding: bytes, as: UTF8.self)
    case .text, .sentencePiece:
      String(decoding: UTF8Reader.replacingEachInvalidByte(Array(bytes)), as: UTF8.self)
    }
  }

  /// What the whole text goes through in the end.
  private func finished(_ bytes: [UInt8]) -> [UInt8] {
    guard case .sentencePiece(let decoder) = decoder, let denormalizer = decoder.denormalizer else { return bytes }
    return Array(denormalizer.normalize(AlignedText(bytes: bytes), at: .beginning).content)
  }

  /// The text of a whole stream whose end may change its beginning.
  func finishedString(_ bytes: [UInt8]) -> String { string(finished(bytes)) }

  /// Whether text can be given out before the last token is known.
  var canStream: Bool {
    guard case .sentencePiece(let decoder) = decoder else { return true }
    return decoder.denormalizer == nil
  }

  /// The bytes of tokens, which need not be complete characters.
  ///
  /// - Throws: `TokenizerError` if an id names no token.
  public func decodeBytes(
    _ ids: [TokenID], specialTokens: SpecialTokenDecoding = .skip
  ) throws(TokenizerError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(ids.count * 4)
    var state = DecodingState(byteRuns: .streamed)
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
    /// Says how bytes are treated where it is not the decoder's rule.
    var byteRuns: TextDecoder.ByteRuns?
    /// The bytes of a run that has not ended.
    var run: [UInt8] = []
  }

  /// Ends the run of bytes that is open, if there is one.
  func finish(_ state: inout DecodingState, to output: inout [UInt8]) {
    guard !state.run.isEmpty else { return }
    let start = output.count
    // SentencePiece has given out whole characters; what is left is none.
    if UTF8Reader.firstInvalidOffset(state.run) == nil {
      output += state.run
    } else {
      for _ in state.run { output += UTF8Reader.replacementCharacter }
    }
    state.run.removeAll(keepingCapacity: true)
    if case .text(let decoder) = decoder { takeLeading(decoder, &state, from: start, in: &output) }
  }

  func append(
    _ id: TokenID, _ specialTokens: SpecialTokenDecoding, _ state: inout DecodingState, to output: inout [UInt8]
  ) throws(TokenizerError) {
    let added = addedTokens.token(id)
    if let added, added.kind == .special, specialTokens == .skip {
      if case .sentencePiece = decoder { finish(&state, to: &output) }
      return
    }
    switch decoder {
    case .bytes:
      if model.vocabulary.contains(id) {
        output += model.vocabulary.bytes[model.vocabulary.range(of: id)]
      } else if let added {
        output += addedBytes(added)
      } else {
        throw unknownToken(id)
      }
    case .sentencePiece(let decoder):
      if state.byteRuns != .streamed, let byte = decoder.byte(id) {
        state.run.append(byte)
        state.isAtBeginning = false
        let complete = UTF8Reader.completeLength(state.run)
        output += UTF8Reader.replacingEachInvalidByte(Array(state.run[..<complete]))
        state.run.removeFirst(complete)
        return
      }
      finish(&state, to: &output)
      if let added {
        output += added.content.utf8
        state.isAtBeginning = false
      } else if model.vocabulary.contains(id) {
        let token = model.vocabulary.bytes[model.vocabulary.range(of: id)]
        decoder.append(id, token, isAtBeginning: &state.isAtBeginning, to: &output)
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
      if (state.byteRuns ?? decoder.byteRuns) == .whole {
        if let byte = decoder.byte(token) {
          state.run.append(byte)
          state.isFirst = false
          return
        }
        finish(&state, to: &output)
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
