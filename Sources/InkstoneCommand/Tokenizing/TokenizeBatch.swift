import InkChat
import InkFormats
package import InkTokenizers

/// Encodes many strings, one a line of JSON, and writes what became of each as a line of JSON.
package struct TokenizeBatch {
  private let tokenizer: Tokenizer
  private let specialTokens: SpecialTokenInsertion
  private let parsing: SpecialTokenParsing

  package init(_ tokenizer: Tokenizer, specialTokens: SpecialTokenInsertion, parsing: SpecialTokenParsing) {
    self.tokenizer = tokenizer
    self.specialTokens = specialTokens
    self.parsing = parsing
  }

  /// Reads standard input to its end.
  ///
  /// - Throws: the fault of a line that is not JSON, with its number.
  package func run(_ output: OutputOptions) throws {
    let lines = try InputFile.bytes("-").split(separator: UInt8(ascii: "\n"))
    for (index, line) in lines.enumerated() {
      let node = try JSONDocument(Array(line), file: "standard input, line \(index + 1)").root
      if case .string? = node.value {
        try output.result(try report(text: node.string).text)
      } else {
        try output.result(try report(bytes: try bytes(node["hex"].string, line: index + 1)).text)
      }
    }
  }

  private func report(text: String) throws -> Report {
    let options = EncodingOptions(specialTokens: specialTokens, parsing: parsing)
    let encoding = tokenizer.encoding(of: text, options: options)
    let offsets = encoding.offsets.map { Report.array([.whole($0.lowerBound), .whole($0.upperBound)]) }
    return [
      "ids": .tokens(encoding.ids), "offsets": .array(offsets),
      "text": .string(try tokenizer.decode(encoding.ids, specialTokens: .keep)),
    ]
  }

  private func report(bytes: [UInt8]) throws -> Report {
    let ids = tokenizer.encode(bytes: bytes, specialTokens: specialTokens, parsing: parsing)
    let decoded = try tokenizer.decodeBytes(ids, specialTokens: .keep)
    return ["ids": .tokens(ids), "hex": .string(decoded.map(Self.hexadecimal).joined())]
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }

  private func bytes(_ text: String, line: Int) throws(CommandError) -> [UInt8] {
    let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
    guard digits.count.isMultiple(of: 2), !digits.contains(nil) else {
      throw CommandError(
        .invalidData, context: "standard input, line \(line)", expected: "two hexadecimal digits a byte", found: text)
    }
    let values = digits.compactMap { $0 }
    return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}
