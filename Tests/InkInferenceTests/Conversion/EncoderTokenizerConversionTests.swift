import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Tokenizers of encoders through GGUF")
struct EncoderTokenizerConversionTests {
  static let names = ["wordpiece_bert_uncased", "unigram_t5"]
    .filter { FileManager.default.fileExists(atPath: "\(GoldenTokenizerConversionTests.root)/\($0)/tokenizer.json") }

  /// A folder with a tokenizer and an encoder of the smallest size for it.
  private func model(_ name: String, in folder: String) throws {
    var config = JSONObject()
    let settings: [(String, Int)] = [
      ("vocab_size", 700), ("hidden_size", 4), ("intermediate_size", 4), ("num_hidden_layers", 1),
      ("num_attention_heads", 1), ("max_position_embeddings", 32),
    ]
    config["model_type"] = .string("bert")
    for (key, value) in settings { config[key] = .number("\(value)") }
    let checkpoint = try EncoderCheckpoint.fresh(config: config, seed: 1, deviation: 0.1)
    let encoder = try checkpoint.load(use: .training { _ in .float32 }, on: CPU(threads: 1))
    try checkpoint.write(encoder.parameters, to: folder)
    try FileManager.default.copyItem(
      atPath: "\(GoldenTokenizerConversionTests.root)/\(name)/tokenizer.json", toPath: folder + "/tokenizer.json")
  }

  @Test("ids are the same from the folder, from its GGUF and from the folder made of that", arguments: names)
  func ids(name: String) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("ink-encoder-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try model(name, in: root + "/model")
    let report = try ModelConversion().convert(root + "/model", to: root + "/model.gguf")
    _ = try ModelConversion().convert(root + "/model.gguf", to: root + "/again")
    let original = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/model"))
    let stored = try StoredTokenizer.tokenizer(of: try GGUFModel.open(root + "/model.gguf"))
    let restored = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/again"))
    let cases = try JSONDocument.open("\(GoldenTokenizerConversionTests.root)/\(name)/expected.json").root["cases"]
      .array
    var compared = 0
    for entry in cases {
      let text = try entry["text"].string
      // What GGUF cannot say is stated, and then such texts may differ; spaces at the ends are taken off there.
      let isPlain = text.allSatisfy { $0.isASCII && ($0 == " " || !$0.isWhitespace) }
      let words = text.split(separator: " ")
      guard report.remarks.isEmpty || (isPlain && !words.isEmpty && words.joined(separator: " ") == text) else {
        continue
      }
      let wanted = original.encode(text)
      #expect(stored.encode(text) == wanted, "\(text.debugDescription) from GGUF")
      #expect(restored.encode(text) == wanted, "\(text.debugDescription) again")
      compared += 1
    }
    #expect(compared > 5)
    #expect(restored.roles.unknown == stored.roles.unknown)
  }
}
