import Foundation
import InkTokenizers
import Testing

@Suite("Vocabularies outside tokenizer.json")
struct OtherFilesTests {
  struct Document: Decodable {
    struct Model: Decodable {
      var vocab: [String: TokenID]
      var merges: [[String]]
    }
    struct Added: Decodable {
      var id: TokenID
      var content: String
      var special: Bool
    }
    var model: Model
    var added_tokens: [Added]
  }

  @Test("vocab.json with merges.txt gives the tokens of the tokenizer.json that was made of them")
  func merges() throws {
    let name = "byte_level_bpe_gpt2"
    let document = try GoldenTokenizers.decode(Document.self, "\(name)/tokenizer.json")
    let merges =
      "#version: 0.2\n" + document.model.merges.map { $0.joined(separator: " ") }.joined(separator: "\n") + "\n"
    let added = Dictionary(uniqueKeysWithValues: document.added_tokens.map { ($0.content, $0.id) })
    let special = document.added_tokens.first?.content ?? ""
    let configuration = #"{"bos_token": "\#(special)", "eos_token": "\#(special)"}"#
    let tokenizer = try Tokenizer(
      vocabularyJSON: [UInt8](try JSONEncoder().encode(document.model.vocab)), mergesText: Array(merges.utf8),
      convention: .gpt2, configuration: try TokenizerConfiguration(json: Array(configuration.utf8)),
      addedTokensJSON: [UInt8](try JSONEncoder().encode(added)))
    let whole = try GoldenTokenizers.tokenizer(name)
    let expected = try GoldenTokenizers.decode(GoldenTokenizerTests.Expected.self, "\(name)/expected.json")
    for example in expected.cases {
      #expect(tokenizer.encode(example.text, specialTokens: .omit) == whole.encode(example.text, specialTokens: .omit))
      #expect(try tokenizer.decode(example.ids, specialTokens: .keep) == example.decoded_keep_special)
    }
  }

  @Test("CLIP's words end in </w>, in lower case, between its two tokens")
  func clip() throws {
    let vocabulary =
      ##"{"a": 0, "b": 1, "a</w>": 2, "b</w>": 3, "ab</w>": 4, "<|startoftext|>": 5, "<|endoftext|>": 6, "!</w>": 7}"##
    let tokenizer = try Tokenizer(
      vocabularyJSON: Array(vocabulary.utf8), mergesText: Array("a b</w>\n".utf8), convention: .clip)
    #expect(tokenizer.encode("AB  ba!") == [5, 4, 1, 2, 7, 6])
    #expect(try tokenizer.decode([5, 4, 1, 2, 7, 6]) == "ab ba !")
    #expect(tokenizer.encoding(of: "a", and: "b").ids == [5, 2, 6, 6, 3, 6])
  }

  @Test("RoBERTa puts its tokens around and finds its mask with the space before it")
  func roberta() throws {
    let vocabulary = ##"{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 4, "a": 5, "\u0120": 6, "\u0120a": 7}"##
    let tokenizer = try Tokenizer(
      vocabularyJSON: Array(vocabulary.utf8), mergesText: Array("\u{120} a\n".utf8), convention: .roberta)
    #expect(tokenizer.encode("a a <mask>") == [0, 5, 7, 4, 2])
    let pair = tokenizer.encoding(of: "a", and: "a")
    #expect(pair.ids == [0, 5, 2, 2, 5, 2])
    #expect(pair.typeIDs == [0, 0, 0, 0, 0, 0])
    #expect(tokenizer.roles.mask == 4)
  }

  @Test("merges that are not two tokens a line are refused", arguments: ["ab", "a b c", " a", "a ", "a x"])
  func damagedMerges(line: String) {
    let error = #expect(throws: TokenizerError.self) {
      try Tokenizer(
        vocabularyJSON: Array(#"{"a": 0, "b": 1, "ab": 2}"#.utf8), mergesText: Array("#version\n\(line)\n".utf8),
        convention: .gpt2)
    }
    #expect(error?.code == .malformedFile || error?.code == .invalidMerge)
  }

  @Test("a Tekken file gives the ids of its ranks behind the special tokens, as far as the vocabulary goes")
  func tekken() throws {
    let expected = try GoldenTokenizers.decode(GoldenTiktokenTests.Expected.self, "tiktoken/expected.json")
    let ranks = try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken")
    let lines = String(decoding: ranks, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
    let vocabulary = lines.map { #"{"rank": \#($0[1]), "token_bytes": "\#($0[0])", "token_str": null}"# }
    func file(size: Int, pattern: String = expected.pattern) throws -> [UInt8] {
      let escaped = String(decoding: try JSONEncoder().encode(pattern), as: UTF8.self)
      let text = """
        {"config": {"pattern": \(escaped), "default_vocab_size": \(size), "default_num_special_tokens": 30},
         "vocab": [\(vocabulary.joined(separator: ","))], "image": {"size": 2}}
        """
      return Array(text.utf8)
    }
    let tokenizer = try Tokenizer(tekkenJSON: try file(size: lines.count + 30))
    for example in expected.cases {
      let ids = tokenizer.encode(example.text, specialTokens: .omit, parsing: .asText)
      #expect(ids == example.ids.map { $0 + 30 })
      #expect(try tokenizer.decode(ids) == example.text)
    }
    #expect(tokenizer.encode("", specialTokens: .add) == [1])
    #expect(tokenizer.id(ofPiece: "[INST]") == 3)
    #expect(tokenizer.id(ofPiece: "<SPECIAL_29>") == 29)
    #expect(tokenizer.vocabularySize == lines.count + 30)
    let small = try Tokenizer(tekkenJSON: try file(size: 256 + 30))
    #expect(small.encode("abc", specialTokens: .omit).count == 3)
    for size in [lines.count + 31, 29, 0] {
      #expect(throws: TokenizerError.self) { try Tokenizer(tekkenJSON: try file(size: size)) }
    }
  }

  @Test("the ranks of the first Qwen get its special tokens, and text is composed first")
  func qwen() throws {
    let ranks = try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken")
    let tokenizer = try Tokenizer(qwenRanks: ranks)
    let count = TokenID(tokenizer.vocabularySize - 208)
    #expect(tokenizer.encode("<|im_start|>") == [count + 1])
    #expect(tokenizer.encode("<|extra_204|>") == [count + 207])
    #expect(tokenizer.encode("e\u{301}") == tokenizer.encode("\u{E9}"))
    #expect(tokenizer.endOfGeneration == [count, count + 2])
  }

  @Test("a rank without a token, as in Whisper's file, only takes its id")
  func placeholder() throws {
    let tokenizer = try Tokenizer(
      tiktokenRanks: Array("YQ== 0\n= 1\nYg== 2\n".utf8), pattern: #"\S+"#, specialTokens: ["<|endoftext|>": 3])
    #expect(tokenizer.encode("ab") == [0, 2])
    #expect(try tokenizer.decode([0, 1, 2]) == "ab")
  }
}
