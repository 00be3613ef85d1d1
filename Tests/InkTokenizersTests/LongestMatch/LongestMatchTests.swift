import InkTokenizers
import Testing

@Suite("The longest token each time (RWKV World)")
struct LongestMatchTests {
  /// The 256 bytes from id 1 on, then longer tokens.
  private func lines(_ more: [(String, Int)]) -> [String] {
    let bytes = (0..<256).map { byte in
      let literal = byte < 0x80 ? "'\\x\(Self.hexadecimal(byte))'" : "b'\\x\(Self.hexadecimal(byte))'"
      return "\(byte + 1) \(literal) 1"
    }
    return bytes + more.enumerated().map { "\(257 + $0) \($1.0) \($1.1)" }
  }

  private static func hexadecimal(_ byte: Int) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  private func tokenizer(_ more: [(String, Int)]) throws -> Tokenizer {
    try Tokenizer(rwkvVocabulary: Array(lines(more).joined(separator: "\n").utf8))
  }

  @Test("the longest token is taken at each place, and any bytes come back")
  func greedy() throws {
    let tokenizer = try tokenizer([
      ("'ab'", 2), ("'abcd'", 4), ("'\u{4E2D}\u{6587}'", 6), ("b'\\xff\\xfe'", 2), ("'\\n\\n'", 2), ("\"it's\"", 4),
    ])
    #expect(tokenizer.encode("abcab") == [257, 100, 257])
    #expect(tokenizer.encode("abcd\u{4E2D}\u{6587}") == [258, 259])
    #expect(tokenizer.encode("\n\n\nit's") == [261, 11, 262])
    let bytes: [UInt8] = [0xFF, 0xFE, 0xFF, 0x61, 0x80]
    let ids = tokenizer.encode(bytes: bytes)
    #expect(ids == [260, 256, 98, 129])
    #expect(try tokenizer.decodeBytes(ids) == bytes)
    #expect(tokenizer.roles.endOfSequence == 0)
    #expect(try tokenizer.decode([98, 0]) == "a")
  }

  @Test("a GGUF vocabulary with escaped tokens gives the same tokens")
  func gguf() throws {
    let bytes = (0..<256).map { "\\x\(Self.hexadecimal($0))" }
    let tokens = ["<s>"] + bytes + ["ab", "abcd", "\\xe4\\xb8\\xad\\n"]
    let tokenizer = try Tokenizer(
      gguf: GGUFVocabulary(
        model: "rwkv", tokens: PackedStrings(tokens), tokenTypes: [3] + tokens.dropFirst().map { _ in 1 }))
    #expect(tokenizer.encode("abcdab\u{4E2D}\n") == [258, 257, 259])
    #expect(try tokenizer.decode([258, 257, 259]) == "abcdab\u{4E2D}\n")
  }

  @Test(
    "damaged lists are refused",
    arguments: [
      "", "1 'a' 1", "x", "300 'ab' 3", "300 'ab", "300 '\\q' 1", "300 'ab' 2\n300 'cd' 2", "300 'a' 1",
      "99999999999 'ab' 2", "300 b'\\u4e2d' 3", "300 ab 2",
    ])
  func damage(line: String) {
    let text = line == "" || line == "1 'a' 1" ? line : (lines([]) + [line]).joined(separator: "\n")
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(rwkvVocabulary: Array(text.utf8)) }
    #expect(error?.hint.isEmpty == false)
  }
}
