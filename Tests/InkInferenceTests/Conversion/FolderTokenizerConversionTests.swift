import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Tokenizers without tokenizer.json through GGUF")
struct FolderTokenizerConversionTests {
  private static let rows = 1000
  private static let root = GoldenTokenizerConversionTests.root
  private static let texts = [
    "Hello world", "  two  spaces\n\nand\ttabs ", "白日依山尽，黄河入海流。", "naïve 2024 x=[1, 22, 333]; (a|b). c", "😀👩‍💻 e\u{301}",
    "العربية עברית", "", " ", "it's they'LL don't 12 1234567", "Καλημέρα, κόσμε! — Ёлка",
  ]

  private func folder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("ink-tokens-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path + "/model", withIntermediateDirectories: true)
    return path
  }

  /// A model of the smallest size, without a tokenizer.
  private func writeModel(_ folder: String, isEncoder: Bool = false) throws {
    var config = JSONObject()
    let settings: [(String, Int)] = [
      ("vocab_size", Self.rows), ("hidden_size", 4), ("intermediate_size", 4), ("num_hidden_layers", 1),
      ("num_attention_heads", 1), ("num_key_value_heads", 1), ("max_position_embeddings", 32),
    ]
    config["model_type"] = .string(isEncoder ? "bert" : "llama")
    for (key, value) in settings { config[key] = .number("\(value)") }
    let cpu = CPU(threads: 1)
    if isEncoder {
      let checkpoint = try EncoderCheckpoint.fresh(config: config, seed: 1, deviation: 0.1)
      try checkpoint.write(
        checkpoint.load(use: .training { _ in .float32 }, on: cpu).parameters, to: folder)
    } else {
      let checkpoint = try DecoderCheckpoint.fresh(config: config, seed: 1, deviation: 0.1)
      try checkpoint.write(checkpoint.load(use: .training { _ in .float32 }, on: cpu).parameters, to: folder)
    }
  }

  private func convert(_ root: String) throws -> ConversionReport {
    try ModelConversion(tokenizers: FolderTokenizerArrays()).convert(root + "/model", to: root + "/model.gguf")
  }

  @Test("a SentencePiece model gives the same ids from its folder, from GGUF and from the folder made of that")
  func sentencePiece() throws {
    let root = try folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try writeModel(root + "/model")
    var pieces = try SentencePieceModel(
      [UInt8](
        Data(contentsOf: URL(fileURLWithPath: "\(Self.root)/sentencepiece_bpe_byte_fallback/tokenizer.model"))))
    pieces.normalizer.characterMap = []
    pieces.normalizer.spaces = .kept
    try Data(pieces.serialized()).write(to: URL(fileURLWithPath: root + "/model/tokenizer.model"))
    let settings = #"{"tokenizer_class": "LlamaTokenizer", "chat_template": "{{ messages[0].content }}"}"#
    try settings.write(toFile: root + "/model/tokenizer_config.json", atomically: true, encoding: .utf8)
    let report = try convert(root)
    #expect(report.remarks.isEmpty)
    _ = try ModelConversion().convert(root + "/model.gguf", to: root + "/again")
    let original = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/model"))
    let file = try GGUFModel.open(root + "/model.gguf")
    let stored = try StoredTokenizer.tokenizer(of: file)
    let restored = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/again"))
    #expect(file.metadata.contains("tokenizer.chat_template"))
    for text in Self.texts {
      let ids = original.encode(text)
      #expect(ids.first == original.roles.beginningOfSequence)
      #expect(stored.encode(text) == ids, "\(text.debugDescription) from GGUF")
      #expect(restored.encode(text) == ids, "\(text.debugDescription) again")
      #expect(try restored.decode(ids) == original.decode(ids))
    }
  }

  @Test("a vocabulary of words gives an encoder's file its tokens")
  func words() throws {
    let root = try folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try writeModel(root + "/model", isEncoder: true)
    let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "wor", "##ld", "白", "日"].joined(separator: "\n")
    try words.write(toFile: root + "/model/vocab.txt", atomically: true, encoding: .utf8)
    #expect(try convert(root).remarks.isEmpty)
    _ = try ModelConversion().convert(root + "/model.gguf", to: root + "/again")
    let original = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/model"))
    let stored = try StoredTokenizer.tokenizer(of: try GGUFModel.open(root + "/model.gguf"))
    let restored = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/again"))
    for text in ["Hello world", "白日", "hello x"] {
      #expect(stored.encode(text) == original.encode(text) && restored.encode(text) == original.encode(text))
    }
  }

  @Test(
    "without somebody who reads it, and for one that GGUF has no place for, the file has no tokenizer, which is said")
  func remarks() throws {
    let root = try folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try writeModel(root + "/model")
    let bytes = (0...255).map { "\($0 + 1) \($0 < 128 ? "" : "b")'\\x\(String($0 + 256, radix: 16).suffix(2))' 1" }
      .joined(separator: "\n")
    try bytes.write(toFile: root + "/model/rwkv_vocab_v20230424.txt", atomically: true, encoding: .utf8)
    for tokenizers in [nil, FolderTokenizerArrays()] {
      let report = try ModelConversion(tokenizers: tokenizers).convert(root + "/model", to: root + "/model.gguf")
      #expect(report.remarks.contains { $0.contains("the file has no tokenizer") && $0.contains("rwkv_vocab") })
      try FileManager.default.removeItem(atPath: root + "/model.gguf")
    }
    try Data("broken".utf8).write(to: URL(fileURLWithPath: root + "/model/tokenizer.model"))
    #expect(throws: ModelLoadError.self) { _ = try convert(root) }
    #expect(!FileManager.default.fileExists(atPath: root + "/model.gguf"))
  }

  @Test(
    "every name of a cut becomes a tokenizer.json that cuts so, and the same name again",
    arguments: [
      "gpt-2", "smollm", "llama-bpe", "smaug-bpe", "qwen2", "qwen35", "deepseek-llm", "deepseek-coder", "deepseek-v3",
      "falcon", "bloom", "tekken", "gpt-4o",
    ])
  func cuts(name: String) throws {
    let root = try folder()
    defer { try? FileManager.default.removeItem(atPath: root) }
    try writeModel(root + "/model")
    try FileManager.default.copyItem(
      atPath: "\(Self.root)/byte_level_bpe_gpt2/tokenizer.json", toPath: root + "/model/tokenizer.json")
    _ = try ModelConversion().convert(root + "/model", to: root + "/gpt2.gguf")
    let first = try GGUFModel.open(root + "/gpt2.gguf")
    var metadata = first.metadata
    metadata["tokenizer.ggml.pre"] = .string(name)
    try GGUFWriter(metadata: metadata).write(
      try first.tensorNames.map { try first.stored($0) }, to: root + "/named.gguf")
    _ = try ModelConversion().convert(root + "/named.gguf", to: root + "/again")
    _ = try ModelConversion().convert(root + "/again", to: root + "/twice.gguf")
    let twice = try GGUFModel.open(root + "/twice.gguf")
    #expect(try twice.metadata.string(for: "tokenizer.ggml.pre") == name)
    let stored = try StoredTokenizer.tokenizer(of: try GGUFModel.open(root + "/named.gguf"))
    let restored = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/again"))
    for text in Self.texts {
      // Falcon's vocabulary has no number behind a space, as this one has.
      if name == "falcon", text.contains(" 1") || text.contains(" 2") { continue }
      // Qwen's tokenizers compose what a file has no word for.
      if name == "qwen2", text.unicodeScalars.contains("\u{301}") { continue }
      #expect(restored.encode(text) == stored.encode(text), "\(text.debugDescription)")
    }
  }
}
