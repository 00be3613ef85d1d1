import InkTokenizers
import Testing

@Suite("SentencePiece models of families")
struct SentencePieceFolderTests {
  private func tokenizer(
    _ model: SentencePieceModel, _ name: SentencePieceFiles.Name, configuration: String? = nil, special: String? = nil,
    added: String? = nil
  ) throws -> Tokenizer {
    try Tokenizer(
      sentencePiece: SentencePieceFiles(
        model: model.serialized(), name: name, configuration: configuration.map { Array($0.utf8) },
        specialTokensMap: special.map { Array($0.utf8) }, addedTokens: added.map { Array($0.utf8) }))
  }

  private var kept: SentencePieceModel {
    var model = SentencePieceFileTests.model(.bytePair)
    model.normalizer.spaces = .kept
    return model
  }

  @Test("LLaMA puts <s> in front unless the configuration says otherwise, and takes tokens from all its files")
  func llama() throws {
    let plain = try tokenizer(kept, .tokenizer)
    #expect(try plain.pieces(plain.encode("ab")) == ["<s>", "\u{2581}ab"])
    let silent = try tokenizer(
      kept, .tokenizer,
      configuration: #"{"tokenizer_class": "LlamaTokenizer", "add_bos_token": false, "add_eos_token": true}"#)
    #expect(try silent.pieces(silent.encode("ab")) == ["\u{2581}ab", "</s>"])
    let added = try tokenizer(
      kept, .tokenizer, special: #"{"pad_token": "<pad>", "eos_token": {"content": "</s>", "lstrip": false}}"#,
      added: #"{"<pad>": 12, "<image>": 14}"#)
    #expect(added.id(ofPiece: "<pad>") == 12)
    #expect(added.roles.padding == 12)
    #expect(added.isSpecial(12))
    #expect(!added.isSpecial(14))
    #expect(added.encode("ab<image>", specialTokens: .omit) == [9, 14])
    #expect(added.vocabularySize == 15)
    let named = try tokenizer(
      kept, .tokenizer, configuration: #"{"pad_token": "<pad>"}"#, added: #"{"<pad>": 12, "<image>": 14}"#)
    #expect(named.isSpecial(12) && !named.isSpecial(14))
  }

  @Test("the space in front stands before every stretch of text, or with `legacy: false` before the first alone")
  func legacy() throws {
    let old = try tokenizer(kept, .tokenizer)
    #expect(try old.pieces(old.encode("ab</s>ab", specialTokens: .omit)) == ["\u{2581}ab", "</s>", "\u{2581}ab"])
    let new = try tokenizer(kept, .tokenizer, configuration: #"{"legacy": false}"#)
    #expect(try new.pieces(new.encode("ab</s>ab", specialTokens: .omit)) == ["\u{2581}ab", "</s>", "ab"])
    let none = try tokenizer(kept, .tokenizer, configuration: #"{"add_prefix_space": false}"#)
    #expect(try none.pieces(none.encode("ab</s>ab", specialTokens: .omit)) == ["ab", "</s>", "ab"])
    // Nothing was put in front, so nothing is taken off.
    #expect(try none.decode(none.encode(" ab", specialTokens: .omit)) == " ab")
    #expect(try old.decode(old.encode("ab", specialTokens: .omit)) == "ab")
  }

  @Test("T5 ends with </s> and has its spare tokens at the end, the first one last")
  func t5() throws {
    let tokenizer = try tokenizer(SentencePieceFileTests.model(.unigram), .spiece, configuration: #"{"extra_ids": 3}"#)
    #expect(tokenizer.id(ofPiece: "<extra_id_0>") == 14)
    #expect(tokenizer.id(ofPiece: "<extra_id_2>") == 12)
    #expect(tokenizer.encode("ab <extra_id_0> ab") == [9, 14, 9, 2])
    #expect(tokenizer.encoding(of: "ab", and: "a").ids == [9, 2, 8, 2])
    #expect(tokenizer.vocabularySize == 15)
  }

  @Test("XLM-RoBERTa has fairseq's four tokens first, pieces one further, <mask> last")
  func xlmRoberta() throws {
    var model = SentencePieceModel()
    model.append("<unk>", score: 0, type: .unknown)
    model.append("<s>", score: 0, type: .control)
    model.append("</s>", score: 0, type: .control)
    for piece in ["\u{2581}", "a", "\u{2581}a"] { model.append(piece, score: -1) }
    let tokenizer = try tokenizer(model, .sentencePieceBPE)
    #expect(tokenizer.encode("a") == [0, 6, 2])
    #expect(tokenizer.encode("x") == [0, 4, 3, 2])
    #expect(tokenizer.encode("a <mask>") == [0, 6, 7, 2])
    #expect(tokenizer.encoding(of: "a", and: "a").ids == [0, 6, 2, 2, 6, 2])
    #expect(tokenizer.id(ofPiece: "<pad>") == 1)
    #expect(tokenizer.vocabularySize == 8)
    #expect(try tokenizer.decode([0, 6, 6, 2]) == "a a")
  }

  @Test("ChatGLM-6B writes line ends, tabs and runs of spaces as tokens and ends with [gMASK] and <sop>")
  func chatGLM() throws {
    var model = kept
    for piece in ["<n>", "<|tab|>", "<|blank_2|>", "<|blank_80|>", "[gMASK]", "[MASK]", "<sop>", "<eop>"] {
      model.append(piece, score: 0, type: .userDefined)
    }
    let tokenizer = try tokenizer(
      model, .iceText, configuration: #"{"tokenizer_class": "ChatGLMTokenizer", "num_image_tokens": 100}"#)
    let ids = tokenizer.encode("a\n\tb  b")
    let pieces = ["\u{2581}a", "<n>", "<|tab|>", "b", "<|blank_2|>", "b", "[gMASK]", "<sop>"]
    #expect(try tokenizer.pieces(ids) == pieces)
    #expect(ids.first == 108)
    #expect(try tokenizer.decode(ids) == "a\n\tb  b")
    let long = "a" + String(repeating: " ", count: 163) + "b"
    let longPieces = try tokenizer.pieces(tokenizer.encode(long, specialTokens: .omit))
    #expect(longPieces.filter { $0 == "<|blank_80|>" }.count == 2)
    #expect(tokenizer.roles.endOfSequence == tokenizer.id(ofPiece: "<eop>"))
  }

  @Test("ChatGLM2 and ChatGLM3 begin with [gMASK] and sop, whose ids follow the vocabulary")
  func chatGLM2() throws {
    let tokenizer = try tokenizer(kept, .tokenizer, configuration: #"{"tokenizer_class": "ChatGLMTokenizer"}"#)
    #expect(tokenizer.encode("ab") == [13, 15, 9])
    #expect(tokenizer.id(ofPiece: "<|assistant|>") == 19)
    #expect(tokenizer.encode("[gMASK]sop<|user|>", specialTokens: .omit) == [13, 15, 18])
    #expect(!tokenizer.encode("philosophy", specialTokens: .omit).contains(15))
  }

  @Test("a class with conventions of its own is refused by name, and damaged files beside the model are named")
  func refusals() {
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer(kept, .spiece, configuration: #"{"tokenizer_class": "XLNetTokenizer"}"#)
    }
    #expect(error?.code == .unsupported)
    #expect(error?.found.contains("XLNetTokenizer") == true)
    for added in ["[", #"{"a": -1}"#, #"{"a": 1e30}"#, #"{"a": 1, "b": 1}"#, #"{"x": 1}"#, "[]"] {
      #expect(throws: TokenizerError.self) { try tokenizer(kept, .tokenizer, added: added) }
    }
    #expect(throws: TokenizerError.self) {
      try tokenizer(kept, .tokenizer, configuration: #"{"added_tokens_decoder": {"-5": {"content": "x"}}}"#)
    }
  }
}
