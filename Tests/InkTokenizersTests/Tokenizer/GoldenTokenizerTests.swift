import Foundation
import InkTokenizers
import Testing

/// Where the reference data lies: the folder given from outside, or the copy beside the tests.
enum GoldenTokenizers {
  static var folder: URL {
    if let golden = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] {
      return URL(filePath: golden).appending(path: "tokenizers")
    }
    return URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/tokenizers")
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appending(path: path)))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(try bytes(path)))
  }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(tokenizerJSON: try bytes("\(name)/tokenizer.json"))
  }
}

@Suite("Golden tokenizers from tokenizer.json")
struct GoldenTokenizerTests {
  static let names = [
    "byte_level_bpe_gpt2", "byte_level_bpe_llama3", "byte_level_bpe_qwen_added", "bpe_byte_fallback_llama2",
    "unigram_t5", "wordpiece_bert_uncased",
  ]

  struct Expected: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [TokenID]
      var tokens: [String]
      var offsets: [[Int]]
      var ids_no_special: [TokenID]
      var decoded: String
      var decoded_keep_special: String
    }
    struct Pair: Decodable {
      var first: String
      var second: String
      var ids: [TokenID]
      var type_ids: [Int32]
    }
    struct Limits: Decodable {
      var text: String
      var max_length: Int
      var pad_to: Int
      var ids: [TokenID]
      var attention_mask: [Int32]
    }
    var vocab_size: Int
    var cases: [Case]
    var pairs: [Pair]
    var truncate_and_pad: Limits
  }

  @Test("ids, pieces, offsets and decoded text equal the reference library's", arguments: names)
  func cases(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    let expected = try GoldenTokenizers.decode(Expected.self, "\(name)/expected.json")
    #expect(tokenizer.vocabularySize == expected.vocab_size)
    #expect(!expected.cases.isEmpty)
    for example in expected.cases {
      let comment = Comment(rawValue: example.text)
      let ids = tokenizer.encode(example.text)
      #expect(ids == example.ids, comment)
      #expect(tokenizer.encode(example.text, specialTokens: .omit) == example.ids_no_special, comment)
      let encoding = tokenizer.encoding(of: example.text)
      #expect(encoding.ids == example.ids, comment)
      #expect(encoding.offsets.map { [$0.lowerBound, $0.upperBound] } == example.offsets, comment)
      // The library shows the text of an unknown token where it can; the vocabulary names the token.
      let known = zip(example.ids, example.tokens).filter { $0.0 != tokenizer.roles.unknown }
      #expect(try tokenizer.pieces(known.map(\.0)) == known.map(\.1), comment)
      #expect(try tokenizer.decode(example.ids) == example.decoded, comment)
      #expect(try tokenizer.decode(example.ids, specialTokens: .keep) == example.decoded_keep_special, comment)
      for (id, piece) in known { #expect(tokenizer.id(ofPiece: piece) == id) }
    }
  }

  @Test("a pair of texts gets the reference library's ids and type ids", arguments: names)
  func pairs(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    let expected = try GoldenTokenizers.decode(Expected.self, "\(name)/expected.json")
    #expect(!expected.pairs.isEmpty)
    for pair in expected.pairs {
      let encoding = tokenizer.encoding(of: pair.first, and: pair.second)
      #expect(encoding.ids == pair.ids)
      #expect(encoding.typeIDs == pair.type_ids)
    }
  }

  @Test("truncation and padding give the reference library's sequence", arguments: names)
  func limits(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    let limits = try GoldenTokenizers.decode(Expected.self, "\(name)/expected.json").truncate_and_pad
    let encoding = tokenizer.encoding(
      of: limits.text,
      options: EncodingOptions(
        truncation: Truncation(maximumLength: limits.max_length), padding: Padding(length: limits.pad_to)))
    #expect(encoding.ids == limits.ids)
    #expect(encoding.attentionMask == limits.attention_mask)
  }

  @Test("streamed text equals the text decoded at once", arguments: names)
  func streams(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    for example in try GoldenTokenizers.decode(Expected.self, "\(name)/expected.json").cases {
      var stream = tokenizer.makeStream()
      var text = ""
      for id in example.ids { text += try stream.append(id) }
      text += stream.finish()
      #expect(text == example.decoded)
    }
  }
}

@Suite("Golden tiktoken ranks")
struct GoldenTiktokenTests {
  struct Expected: Decodable {
    struct Case: Decodable {
      var text: String
      var ids: [TokenID]
      var ids_special_allowed: [TokenID]
    }
    var pattern: String
    var special_tokens: [String: TokenID]
    var cases: [Case]
  }

  @Test("ids with and without special tokens equal the reference library's")
  func cases() throws {
    let expected = try GoldenTokenizers.decode(Expected.self, "tiktoken/expected.json")
    let tokenizer = try Tokenizer(
      tiktokenRanks: try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken"), pattern: expected.pattern,
      specialTokens: expected.special_tokens)
    #expect(!expected.cases.isEmpty)
    for example in expected.cases {
      #expect(tokenizer.encode(example.text, parsing: .asText) == example.ids)
      let allowed = tokenizer.encode(example.text)
      #expect(allowed == example.ids_special_allowed)
      #expect(try tokenizer.decode(allowed, specialTokens: .keep) == example.text)
    }
  }
}
