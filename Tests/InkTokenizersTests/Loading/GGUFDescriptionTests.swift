import Foundation
import InkTokenizers
import Testing

@Suite("Tokenizers as arrays of GGUF")
struct GGUFDescriptionTests {
  private struct Expected: Decodable {
    struct Case: Decodable { var text: String }
    var cases: [Case]
  }

  /// More texts than any fixture has.
  private static let texts = [
    "Hello world", "  two  spaces\n\nand\ttabs ", "白日依山尽，黄河入海流。", "naïve café 2024 x=[1, 22, 333];",
    "😀👩‍💻 e\u{301}\u{323}",
    "العربية עברית", "", " ", "\u{0}\u{7F}", "it's they'LL don't", "a</s>b<s>",
  ]

  private func texts(_ name: String) throws -> [String] {
    try GoldenTokenizers.decode(Expected.self, "\(name)/expected.json").cases.map(\.text) + Self.texts
  }

  private func expectSame(
    _ tokenizer: Tokenizer, _ description: GGUFDescription, _ texts: [String],
    _ place: SourceLocation = #_sourceLocation
  ) throws {
    let again = try Tokenizer(gguf: description.vocabulary)
    #expect(texts.count > 10, sourceLocation: place)
    for text in texts {
      let ids = tokenizer.encode(text)
      #expect(again.encode(text) == ids, "\(text.debugDescription)", sourceLocation: place)
      #expect(try again.decode(ids) == tokenizer.decode(ids), "\(text.debugDescription)", sourceLocation: place)
    }
    #expect(again.roles == tokenizer.roles, sourceLocation: place)
  }

  @Test(
    "pieces keep scores, kinds and ids, with the tokens of all files; rows without one are filled up",
    arguments: [true, false])
  func pairsByScore(addsPrefix: Bool) throws {
    let name = "sentencepiece_bpe_byte_fallback"
    var model = try SentencePieceModel(try GoldenTokenizers.bytes("\(name)/tokenizer.model"))
    model.normalizer.characterMap = []
    model.normalizer.spaces = .kept
    let added = #"{"<image>": \#(model.count), "[PAD]": \#(model.count + 2)}"#
    let settings = #"{"add_eos_token": true, "add_prefix_space": \#(addsPrefix), "pad_token": "[PAD]"}"#
    let tokenizer = try Tokenizer(
      sentencePiece: SentencePieceFiles(
        model: model.serialized(), name: .tokenizer, configuration: Array(settings.utf8), addedTokens: Array(added.utf8)
      ))
    let rows = model.count + 7
    let description = try GGUFDescription(tokenizer, pieces: model, rows: rows)
    let vocabulary = description.vocabulary
    #expect(description.remarks.isEmpty && vocabulary.model == "llama" && vocabulary.tokens.count == rows)
    #expect(vocabulary.scores[..<model.count].elementsEqual(model.scores))
    #expect(vocabulary.addsBeginningOfSequence == true && vocabulary.addsEndOfSequence == true)
    #expect(vocabulary.addsSpacePrefix == addsPrefix)
    #expect(vocabulary.tokenTypes.suffix(7) == [4, 5, 3, 5, 5, 5, 5])
    // A token of our own in the middle: readers of GGUF put no space behind it, or one, as they like.
    try expectSame(tokenizer, description, try texts(name).filter { !$0.contains("<") })
    #expect(try Tokenizer(gguf: vocabulary).encode("a<image>").suffix(2) == tokenizer.encode("a<image>").suffix(2))
  }

  @Test("a table of characters and spaces in a row, which readers leave as they are, are named")
  func remarks() throws {
    var model = try SentencePieceModel(
      try GoldenTokenizers.bytes("sentencepiece_bpe_byte_fallback/tokenizer.model"))
    model.normalizer.spaces = .collapsed
    model.normalizer.characterMap = try SentencePieceModel(
      try GoldenTokenizers.bytes("sentencepiece_unigram/tokenizer.model")
    ).normalizer.characterMap
    let tokenizer = try Tokenizer(
      sentencePiece: SentencePieceFiles(model: model.serialized(), name: .tokenizer))
    let remarks = try GGUFDescription(tokenizer, pieces: model, rows: model.count).remarks
    #expect(remarks.count == 2 && !model.normalizer.characterMap.isEmpty)
    let error = #expect(throws: TokenizerError.self) {
      try GGUFDescription(tokenizer, pieces: model, rows: model.count - 1)
    }
    #expect(error?.code == .invalidVocabulary)
  }

  @Test(
    "a unigram model keeps its table of characters, and the tokens and ids of its family",
    arguments: [SentencePieceFiles.Name.spiece, .sentencePieceBPE])
  func unigram(name: SentencePieceFiles.Name) throws {
    let model = try SentencePieceModel(try GoldenTokenizers.bytes("sentencepiece_unigram/tokenizer.model"))
    let tokenizer = try Tokenizer(sentencePiece: SentencePieceFiles(model: model.serialized(), name: name))
    let description = try GGUFDescription(tokenizer, pieces: model, rows: tokenizer.vocabularySize)
    #expect(description.remarks.isEmpty && description.vocabulary.model == "t5")
    #expect(description.vocabulary.characterMap == model.normalizer.characterMap)
    let again = try Tokenizer(gguf: description.vocabulary)
    for text in try texts("sentencepiece_unigram").filter({ !$0.contains("<") }) {
      #expect(again.encode(text) == tokenizer.encode(text), "\(text.debugDescription)")
    }
  }

  @Test("ranks become merges in their order")
  func ranks() throws {
    let ranks = try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken")
    let tokenizer = try Tokenizer(qwenRanks: ranks)
    let description = try GGUFDescription(tokenizer, rows: tokenizer.vocabularySize + 3)
    #expect(description.vocabulary.model == "gpt2" && description.vocabulary.preTokenizer == "qwen2")
    #expect(description.remarks.contains { $0.contains("normalizer") })
    // Texts that composing leaves alone.
    try expectSame(tokenizer, description, try texts("tiktoken").filter { !$0.unicodeScalars.contains("\u{301}") })
  }

  @Test(
    "merges become merges, whatever they were made of", arguments: ["byte_level_bpe_gpt2", "byte_level_bpe_llama3"])
  func merges(name: String) throws {
    let tokenizer = try GoldenTokenizers.tokenizer(name)
    let description = try GGUFDescription(tokenizer, rows: tokenizer.vocabularySize)
    #expect(description.vocabulary.preTokenizer == (name.hasSuffix("gpt2") ? "gpt-2" : "llama-bpe"))
    let again = try Tokenizer(gguf: description.vocabulary)
    for text in try texts(name).filter({ !$0.contains("<") && !$0.contains("strip") }) {
      #expect(
        again.encode(text, specialTokens: .omit) == tokenizer.encode(text, specialTokens: .omit),
        "\(text.debugDescription)")
    }
  }

  @Test("a vocabulary of words says where they begin, and that letters are folded is no remark")
  func words() throws {
    let vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "wor", "##ld", "##s", "白", "日", ",", "a"]
    let bytes = Array(vocabulary.joined(separator: "\n").utf8)
    let tokenizer = try Tokenizer(wordPieceVocabulary: bytes, configuration: TokenizerConfiguration())
    let description = try GGUFDescription(tokenizer, rows: vocabulary.count)
    #expect(description.remarks.isEmpty && description.vocabulary.model == "bert")
    #expect(String(decoding: description.vocabulary.tokens[6], as: UTF8.self) == "\u{2581}wor")
    #expect(String(decoding: description.vocabulary.tokens[7], as: UTF8.self) == "ld")
    let again = try Tokenizer(gguf: description.vocabulary)
    for text in ["Hello worlds, 白日", "helloworld", "á", "", "Wor ld"] {
      #expect(again.encode(text) == tokenizer.encode(text), "\(text)")
    }
    let cased = try Tokenizer(
      wordPieceVocabulary: bytes,
      configuration: try TokenizerConfiguration(json: Array(#"{"do_lower_case": false}"#.utf8)))
    #expect(try GGUFDescription(cased, rows: vocabulary.count).remarks.contains { $0.contains("fold case") })
  }

  @Test("the ranks of the first GLM-4 have its special tokens behind them and two before a text, which are named")
  func glm4() throws {
    let ranks = try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken")
    let plain = try Tokenizer(tiktokenRanks: ranks, pattern: #"\p{L}+|\P{L}+"#)
    let count = TokenID(plain.vocabularySize)
    let tokenizer = try Tokenizer(glm4Ranks: ranks, configuration: TokenizerConfiguration())
    #expect(tokenizer.vocabularySize == Int(count) + 14)
    #expect(tokenizer.roles.endOfSequence == count && tokenizer.roles.padding == count)
    let ids = tokenizer.encode("hello<|user|>")
    #expect(ids.prefix(2) == [count + 2, count + 4] && ids.last == count + 7)
    #expect(try tokenizer.decode(ids) == "hello")
    let listed = """
      {"eos_token": "<e>", "added_tokens_decoder": {"\(count + 5)": {"content": "[gMASK]", "special": true},
       "\(count + 6)": {"content": "<sop>", "special": true}, "\(count + 9)": {"content": "<e>", "special": true}}}
      """
    let other = try Tokenizer(glm4Ranks: ranks, configuration: try TokenizerConfiguration(json: Array(listed.utf8)))
    #expect(other.encode("").elementsEqual([count + 5, count + 6]) && other.roles.endOfSequence == count + 9)
    let description = try GGUFDescription(tokenizer, rows: tokenizer.vocabularySize)
    #expect(description.vocabulary.preTokenizer == "llama-bpe")
    #expect(description.remarks.contains { $0.contains("[gMASK] <sop>") })
    let again = try Tokenizer(gguf: description.vocabulary)
    for text in Self.texts { #expect(again.encode(text) == tokenizer.encode(text, specialTokens: .omit)) }
  }

  @Test("what GGUF has no arrays or no name for is refused")
  func refused() throws {
    let ranks = try GoldenTokenizers.bytes("tiktoken/tiny.tiktoken")
    let bytes = (0...255).map { "\($0 + 1) \($0 < 128 ? "" : "b")'\\x\(String($0 + 256, radix: 16).suffix(2))' 1" }
      .joined(separator: "\n")
    let tokenizers = [
      try Tokenizer(rwkvVocabulary: Array(bytes.utf8)),
      try Tokenizer(tiktokenRanks: ranks, pattern: #"\p{L}+|\P{L}+"#),
    ]
    for tokenizer in tokenizers {
      let error = #expect(throws: TokenizerError.self) {
        try GGUFDescription(tokenizer, rows: tokenizer.vocabularySize)
      }
      #expect(error?.code == .unsupported)
    }
  }
}
