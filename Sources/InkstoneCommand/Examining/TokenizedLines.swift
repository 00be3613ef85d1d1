import InkChat
import InkFormats
package import InkTokenizers

/// Many texts in one call, for comparing a tokenizer with another: a JSON value in, a JSON object out.
package struct TokenizedLines: Sendable {
  /// The tokenizer that answers.
  package let tokenizer: Tokenizer
  /// Whether its begin and end tokens are put in.
  package let specialTokens: SpecialTokenInsertion
  /// What special tokens in a text count as.
  package let parsing: SpecialTokenParsing

  /// Collects what is needed.
  package init(tokenizer: Tokenizer, specialTokens: SpecialTokenInsertion, parsing: SpecialTokenParsing) {
    self.tokenizer = tokenizer
    self.specialTokens = specialTokens
    self.parsing = parsing
  }

  /// Encodes a string or the bytes of `{"hex": ...}`, or decodes a list of ids.
  ///
  /// - Returns: `ids`, `pieces`, the decoded `text` without special tokens, `spelled` with them and, for strings, `offsets`
  ///   in code points; for bytes the decoded ones as `hex`.
  package func answer(to line: some Sequence<UInt8>, name: String) throws -> Report {
    let root = try JSONDocument(Array(line), file: name).root
    switch root.value {
    case .array?:
      var ids: [TokenID] = []
      for entry in try root.array {
        let number = try entry.int
        guard let id = TokenID(exactly: number) else {
          throw CommandError(.invalidData, context: name, expected: "token ids", found: "\(number)")
        }
        ids.append(id)
      }
      return try report(ids, offsets: nil)
    case .object?:
      let bytes = try Self.bytes(hexadecimal: try root["hex"].string, name: name)
      let ids = tokenizer.encode(bytes: bytes, specialTokens: specialTokens, parsing: parsing)
      let decoded = try tokenizer.decodeBytes(ids, specialTokens: .keep)
      return try report(ids, offsets: nil, hex: decoded.map(Self.hexadecimal).joined())
    case .string?, .number?, .bool?, .null?, nil:
      let options = EncodingOptions(specialTokens: specialTokens, parsing: parsing)
      let text = try root.string
      let encoding = tokenizer.encoding(of: text, options: options)
      let ids = tokenizer.encode(text, specialTokens: specialTokens, parsing: parsing)
      guard ids == encoding.ids else {
        throw CommandError(
          .checkFailed, context: name, expected: "the same ids with and without offsets", found: "different ones")
      }
      return try report(ids, offsets: encoding.offsets)
    }
  }

  private func report(_ ids: [TokenID], offsets: [Range<Int>]?, hex: String? = nil) throws(TokenizerError) -> Report {
    let pieces = try tokenizer.pieces(ids)
    let places = (offsets ?? []).map { Report.array([.whole($0.lowerBound), .whole($0.upperBound)]) }
    return [
      "ids": .tokens(ids), "pieces": .array(pieces.map { .string($0) }), "text": .string(try tokenizer.decode(ids)),
      "spelled": .string(try tokenizer.decode(ids, specialTokens: .keep)), "offsets": .array(places), "hex": .text(hex),
    ]
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }

  private static func bytes(hexadecimal text: String, name: String) throws(CommandError) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    guard digits.count == text.count, digits.count % 2 == 0 else {
      throw CommandError(
        .invalidData, context: name, expected: "pairs of hexadecimal digits", found: "\"\(text.prefix(40))\"")
    }
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
