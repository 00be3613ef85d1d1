import InkTokenizers
import Testing

/// A vocabulary of all bytes, so that the tokens show the normalized text.
@Suite("Normalizers")
struct NormalizerTests {
  private func tokenizer(_ normalizer: String) throws -> Tokenizer {
    let vocabulary = (0..<256).map { byte in
      "\"<0x\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))>\": \(byte)"
    }
    let json = """
      {"normalizer": \(normalizer), "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
       "model": {"type": "BPE", "byte_fallback": true, "vocab": {\(vocabulary.joined(separator: ","))}, "merges": []}}
      """
    return try Tokenizer(tokenizerJSON: Array(json.utf8))
  }

  @Test(
    "each form gives the text that the Unicode standard gives",
    arguments: [
      ("NFC", "e\u{301}", "\u{E9}"), ("NFC", "\u{1100}\u{1161}\u{11A8}", "\u{AC01}"), ("NFC", "\u{FB01}", "\u{FB01}"),
      ("NFC", "a\u{300}\u{323}", "\u{1EA1}\u{300}"), ("NFD", "\u{E9}", "e\u{301}"),
      ("NFD", "\u{AC01}", "\u{1100}\u{1161}\u{11A8}"),
      ("NFKC", "\u{FB01} \u{2460} \u{FF21}", "fi 1 A"), ("NFKC", "\u{3131}\u{314F}", "\u{AC00}"),
      ("NFKC", "\u{1D400}\u{A0}", "A "),
      ("NFKD", "\u{BD}\u{C5}", "1\u{2044}2A\u{30A}"), ("Lowercase", "\u{C0}\u{130}Z", "\u{E0}i\u{307}z"),
    ])
  func forms(type: String, text: String, expected: String) throws {
    let tokenizer = try tokenizer(#"{"type": "\#(type)"}"#)
    #expect(Array(try tokenizer.decode(tokenizer.encode(text)).utf8) == Array(expected.utf8))
  }

  @Test(
    "many marks on one letter are ordered by their classes, those of a class as they were", arguments: [3, 64, 65, 400])
  func manyMarks(count: Int) throws {
    let classes: [(mark: Unicode.Scalar, order: Int)] = [
      ("\u{301}", 230), ("\u{323}", 220), ("\u{327}", 202), ("\u{300}", 230), ("\u{345}", 240), ("\u{316}", 220),
    ]
    var random = DamagedFileTests.SplitMix(state: UInt64(count))
    var drawn: [(mark: Unicode.Scalar, order: Int)] = []
    for _ in 0..<count { drawn.append(classes.randomElement(using: &random) ?? classes[0]) }
    let sorted = drawn.indices.sorted { (drawn[$0].order, $0) < (drawn[$1].order, $1) }.map { drawn[$0].mark }
    func text(_ marks: [Unicode.Scalar]) -> [UInt8] { marks.reduce(into: Array("xz".utf8)) { $0 += String($1).utf8 } }
    let tokenizer = try tokenizer(#"{"type": "NFD"}"#)
    let given = String(decoding: text(drawn.map(\.mark)) + Array("y".utf8), as: UTF8.self)
    #expect(Array(try tokenizer.decode(tokenizer.encode(given)).utf8) == text(sorted) + Array("y".utf8))
  }

  @Test("a composed character has the offset of its first part, a decomposed one of its whole")
  func offsets() throws {
    let composed = try tokenizer(#"{"type": "NFC"}"#).encoding(of: "xe\u{301}y")
    #expect(composed.offsets == [0..<1, 1..<2, 1..<2, 3..<4])
    let decomposed = try tokenizer(#"{"type": "NFD"}"#).encoding(of: "x\u{E9}y")
    #expect(decomposed.offsets == [0..<1, 1..<2, 1..<2, 1..<2, 2..<3])
  }

  @Test("steps run in order: strip, replace, prepend")
  func sequence() throws {
    let tokenizer = try tokenizer(
      #"""
      {"type": "Sequence", "normalizers": [{"type": "Strip", "strip_left": true, "strip_right": true},
        {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": "_"}, {"type": "Prepend", "prepend": ">"}]}
      """#)
    #expect(try tokenizer.decode(tokenizer.encode("  a \n b ")) == ">a_b")
    #expect(tokenizer.encode("   ") == [])
  }
}
