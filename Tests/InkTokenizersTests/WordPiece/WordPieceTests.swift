import Foundation
import InkTokenizers
import Testing

@Suite("Golden WordPiece from other files than tokenizer.json")
struct GoldenWordPieceTests {
  static let name = "wordpiece_bert_uncased"

  struct Document: Decodable {
    struct Model: Decodable { var vocab: [String: Int] }
    var model: Model
  }

  private func tokens() throws -> [String] {
    let document = try GoldenTokenizers.decode(Document.self, "\(Self.name)/tokenizer.json")
    return document.model.vocab.sorted { $0.value < $1.value }.map(\.key)
  }

  private func compare(_ tokenizer: Tokenizer) throws {
    let expected = try GoldenTokenizers.decode(GoldenTokenizerTests.Expected.self, "\(Self.name)/expected.json")
    for example in expected.cases {
      let encoding = tokenizer.encoding(of: example.text)
      #expect(encoding.ids == example.ids, Comment(rawValue: example.text))
      #expect(encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == example.offsets)
    }
    for pair in expected.pairs {
      let encoding = tokenizer.encoding(of: pair.first, and: pair.second)
      #expect(encoding.ids == pair.ids)
      #expect(encoding.typeIDs == pair.type_ids)
    }
  }

  @Test("a vocab.txt gives the reference library's tokens")
  func vocabularyText() throws {
    let text = try tokens().joined(separator: "\n")
    let tokenizer = try Tokenizer(wordPieceVocabulary: Array(text.utf8))
    try compare(tokenizer)
    let expected = try GoldenTokenizers.decode(GoldenTokenizerTests.Expected.self, "\(Self.name)/expected.json")
    for example in expected.cases { #expect(try tokenizer.decode(example.ids) == example.decoded) }
  }

  @Test("a GGUF vocabulary, whose words begin with a visible space, gives the same tokens")
  func gguf() throws {
    let tokens = try tokens()
    let stored = tokens.map { token in
      if token.hasPrefix("[") && token.hasSuffix("]") { return token }
      return token.hasPrefix("##") ? String(token.dropFirst(2)) : "\u{2581}" + token
    }
    let types: [Int32] = tokens.map { $0.hasPrefix("[") && $0.hasSuffix("]") && $0.count > 2 ? 3 : 1 }
    func id(_ token: String) -> TokenID? { tokens.firstIndex(of: token).map { TokenID($0) } }
    try compare(
      try Tokenizer(
        gguf: GGUFVocabulary(
          model: "bert", tokens: PackedStrings(stored), tokenTypes: types, unknown: id("[UNK]"), padding: id("[PAD]"),
          classification: id("[CLS]"), separator: id("[SEP]"), mask: id("[MASK]"))))
  }
}

@Suite("WordPiece")
struct WordPieceTests {
  private func tokenizer(_ tokens: [String], _ configuration: String = "{}") throws -> Tokenizer {
    try Tokenizer(
      wordPieceVocabulary: Array(
        (["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + tokens).joined(separator: "\n").utf8),
      configuration: try TokenizerConfiguration(json: Array(configuration.utf8)))
  }

  @Test("the longest token wins, and a word that cannot be spelled is unknown as a whole")
  func longest() throws {
    let tokenizer = try tokenizer(["a", "ab", "##c", "##cd", "##b"])
    #expect(tokenizer.encode("abcd", specialTokens: .omit) == [6, 8])
    #expect(tokenizer.encode("acb", specialTokens: .omit) == [5, 7, 9])
    #expect(tokenizer.encode("abx ab", specialTokens: .omit) == [1, 6])
    #expect(tokenizer.encode("ab") == [2, 6, 3])
  }

  @Test("a word of more than a hundred characters is unknown")
  func length() throws {
    let tokenizer = try tokenizer(["a", "##a"])
    #expect(tokenizer.encode(String(repeating: "a", count: 100), specialTokens: .omit).count == 100)
    #expect(tokenizer.encode(String(repeating: "a", count: 101), specialTokens: .omit) == [1])
  }

  @Test(
    "case, accents and Chinese characters follow the configuration",
    arguments: [
      ("{}", [5, 7, 8]), (#"{"do_lower_case": false}"#, [6, 7, 8]),
      (#"{"do_lower_case": false, "strip_accents": true}"#, [9, 7, 8]),
      (#"{"tokenize_chinese_chars": false}"#, [5, 10]), (#"{"strip_accents": false}"#, [11, 7, 8]),
    ])
  func settings(configuration: String, ids: [TokenID]) throws {
    let tokens = ["e", "\u{C9}", "\u{5929}", "\u{6C14}", "E", "\u{5929}\u{6C14}", "\u{E9}"]
    let tokenizer = try tokenizer(tokens, configuration)
    #expect(tokenizer.encode("\u{C9} \u{5929}\u{6C14}", specialTokens: .omit) == ids)
  }

  @Test("words that are never split keep their case where white space stands around them")
  func neverSplit() throws {
    let tokenizer = try tokenizer(["a", "A-B", "-", "b"], #"{"never_split": ["A-B"]}"#)
    #expect(tokenizer.encode("A-B a A-B", specialTokens: .omit) == [6, 5, 6])
    #expect(tokenizer.encode("A-B-a", specialTokens: .omit) == [5, 7, 8, 7, 5])
  }

  @Test("a token that is listed twice is found under its last id")
  func duplicates() throws {
    #expect(try tokenizer(["a", "b", "a"]).encode("a", specialTokens: .omit) == [7])
  }

  @Test("lists without an unknown token, of other bytes or of another class are refused")
  func refusals() {
    let cases: [([UInt8], String, TokenizerError.Code)] = [
      (Array("a\nb".utf8), "{}", .invalidVocabulary), ([], "{}", .malformedFile),
      ([0x61, 0x0A, 0xFF], "{}", .malformedFile),
      (Array("[UNK]\na".utf8), #"{"tokenizer_class": "MPNetTokenizer"}"#, .unsupported),
    ]
    for (bytes, configuration, code) in cases {
      let error = #expect(throws: TokenizerError.self) {
        try Tokenizer(
          wordPieceVocabulary: bytes, configuration: try TokenizerConfiguration(json: Array(configuration.utf8)))
      }
      #expect(error?.code == code)
    }
  }

  @Test("a vocabulary without its unknown token is refused", arguments: ["WordPiece", "WordLevel"])
  func unknown(type: String) {
    let json = #"{"model": {"type": "\#(type)", "vocab": {"a": 0}, "unk_token": "?"}}"#
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(tokenizerJSON: Array(json.utf8)) }
    #expect(error?.code == .invalidVocabulary)
  }
}
