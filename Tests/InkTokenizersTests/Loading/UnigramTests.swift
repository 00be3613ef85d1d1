import Foundation
import InkTokenizers
import Testing

@Suite("Unigram models outside SentencePiece files")
struct UnigramTests {
  private func tokenizer(_ vocabulary: String, _ more: String = "", normalizer: String = "null") throws -> Tokenizer {
    let json = """
      {"normalizer": \(normalizer), "pre_tokenizer": null, "decoder": {"type": "Fuse"},
       "model": {"type": "Unigram"\(more), "vocab": [\(vocabulary)]}}
      """
    return try Tokenizer(tokenizerJSON: Array(json.utf8))
  }

  @Test("the cut with the highest sum is taken, runs of unknown characters are one token")
  func cut() throws {
    let tokenizer = try tokenizer(#"["<unk>", 0], ["a", -1], ["b", -1], ["ab", -1.5], ["abb", -9]"#, #", "unk_id": 0"#)
    #expect(tokenizer.encode("ab") == [3])
    #expect(tokenizer.encode("abb") == [3, 2])
    #expect(tokenizer.encode("a中文b") == [1, 0, 2])
    #expect(tokenizer.encoding(of: "a中文b").offsets == [0..<1, 1..<3, 3..<4])
  }

  @Test("byte fallback spells unknown runs in bytes, whose offsets are those of the run")
  func bytes() throws {
    let tokenizer = try tokenizer(
      #"["<unk>", 0], ["a", -1], ["<0xC3>", 0], ["<0xA9>", 0]"#, #", "unk_id": 0, "byte_fallback": true"#)
    #expect(tokenizer.encode("aé") == [1, 2, 3])
    #expect(tokenizer.encoding(of: "aé").offsets == [0..<1, 1..<2, 1..<2])
    #expect(tokenizer.encode("ñ") == [0])
  }

  @Test("of two equal tokens the later is found; without an unknown token strange characters are left out")
  func edges() throws {
    let tokenizer = try tokenizer(#"["a", -1], ["a", -1], ["", 0]"#)
    #expect(tokenizer.encode("aéa") == [1, 1])
  }

  @Test(
    "a damaged vocabulary is refused",
    arguments: [#"["a", "x"]"#, #"["a"]"#, #"["a", 1e999]"#, #""a""#, #"[1, 2]"#, ""])
  func damaged(vocabulary: String) {
    #expect(throws: TokenizerError.self) { try tokenizer(vocabulary) }
  }

  @Test("an unknown token outside the vocabulary and rules that are no rules are refused")
  func refusals() {
    #expect(throws: TokenizerError.self) { try tokenizer(#"["a", 0]"#, #", "unk_id": 1"#) }
    for map in ["", "!!", "AAAA", "AAQAAA=="] {
      #expect(throws: TokenizerError.self) {
        try tokenizer(
          #"["a", 0]"#, normalizer: #"{"type": "Precompiled", "precompiled_charsmap": "\#(map)"}"#)
      }
    }
  }

  @Test("the last of several characters for one stands for what is taken away behind it, as in the library")
  func takenAway() throws {
    // Two compiled rules: "~" becomes three dots, and U+007F goes.
    var units = [UInt32](repeating: 0, count: 256)
    units[0x7E] = (0x7E ^ 1) << 10 | 1 << 8 | 0x7E
    units[1] = 1 << 31
    units[0x7F] = (0x7F ^ 2) << 10 | 1 << 8 | 0x7F
    units[2] = 1 << 31 | 4
    let words = [UInt32(units.count * 4)] + units
    let map =
      words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } } + Array("...\0\0".utf8)
    let tokenizer = try tokenizer(
      #"["<unk>", 0], ["a", -1], ["b", -1], ["...", -1], [".", -2]"#, #", "unk_id": 0"#,
      normalizer: #"{"type": "Precompiled", "precompiled_charsmap": "\#(Data(map).base64EncodedString())"}"#)
    func offsets(_ text: String) -> [Range<Int>] { tokenizer.encoding(of: text).offsets }
    #expect(tokenizer.encode("a~\u{7F}b") == [1, 3, 2])
    #expect(offsets("a~b") == [0..<1, 1..<2, 2..<3])
    #expect(offsets("a~\u{7F}b") == [0..<1, 1..<3, 3..<4])
    #expect(offsets("a~\u{7F}\u{7F}b") == [0..<1, 1..<3, 4..<5])
    #expect(offsets("a\u{7F}b") == [0..<1, 2..<3])
    #expect(offsets("a~a\u{7F}b") == [0..<1, 1..<2, 2..<3, 4..<5])
    #expect(offsets("~~\u{7F}b") == [0..<1, 1..<3, 3..<4])
    #expect(offsets("a~\u{7F}~\u{7F}\u{7F}b") == [0..<1, 1..<3, 3..<5, 6..<7])
  }

  @Test("a GGUF file's unigram model adds </s>, keeps the user's tokens and writes unknown runs as one token")
  func gguf() throws {
    let pieces = ["<pad>", "</s>", "<unk>", "\u{2581}", "a", "b", "\u{2581}a", "<x>"]
    let tokenizer = try Tokenizer(
      gguf: GGUFVocabulary(
        model: "t5", tokens: PackedStrings(pieces), scores: [0, 0, 0, -2, -3, -3, -4, 0],
        tokenTypes: [3, 3, 2, 1, 1, 1, 1, 4], endOfSequence: 1, unknown: 2, padding: 0, addsSpacePrefix: true,
        removesExtraWhitespace: true))
    #expect(tokenizer.encode("  a  b") == [6, 3, 5, 1])
    #expect(tokenizer.encode("a中文<x>") == [6, 2, 7, 1])
    #expect(try tokenizer.decode([6, 3, 5, 1]) == "a b")
    #expect(throws: TokenizerError.self) {
      try Tokenizer(
        gguf: GGUFVocabulary(model: "t5", tokens: PackedStrings(["a"]), scores: [0], characterMap: [1, 2, 3]))
    }
  }
}
