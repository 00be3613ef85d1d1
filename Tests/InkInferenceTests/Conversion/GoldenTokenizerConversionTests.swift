import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Golden: tokenizers through GGUF")
struct GoldenTokenizerConversionTests {
  /// The folder of tokenizers: `INKSTONE_GOLDEN/tokenizers` when it is set, else those of the tokenizer's own tests.
  static let root: String = {
    if let folder = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"], !folder.isEmpty {
      return folder + "/tokenizers"
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("InkTokenizersTests/Fixtures/tokenizers").path
  }()

  static let names = [
    "bpe_byte_fallback_llama2", "byte_level_bpe_gpt2", "byte_level_bpe_llama3", "byte_level_bpe_qwen_added",
  ]
  .filter { FileManager.default.fileExists(atPath: "\(root)/\($0)/tokenizer.json") }

  /// A folder with a tokenizer and a model of the smallest size for it.
  private func model(_ name: String, in folder: String) throws {
    let config = """
      {"model_type": "llama", "hidden_size": 4, "intermediate_size": 4, "num_hidden_layers": 1,
       "num_attention_heads": 1, "num_key_value_heads": 1, "vocab_size": 700, "max_position_embeddings": 32,
       "rms_norm_eps": 1e-06,
       "rope_theta": 10000.0, "tie_word_embeddings": true}
      """
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(Self.root)/\(name)/tokenizer.json", toPath: folder + "/tokenizer.json")
    try config.write(toFile: folder + "/config.json", atomically: true, encoding: .utf8)
    let settings = """
      {"chat_template": [{"name": "default", "template": "{{ messages[0].content }}"},
       {"name": "tool_use", "template": "{{ tools }}"}]}
      """
    try settings.write(toFile: folder + "/tokenizer_config.json", atomically: true, encoding: .utf8)
    func tensor(_ name: String, _ shape: Shape) -> StoredTensor {
      StoredTensor(name: name, Tensor((0..<shape.elementCount).map { Float($0 % 7) / 8 }, shape: shape))
    }
    let layer = "model.layers.0."
    let matrices =
      ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"]
      + ["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"]
    var tensors = matrices.map { tensor("\(layer)\($0).weight", [4, 4]) }
    tensors += ["input_layernorm", "post_attention_layernorm"].map { tensor("\(layer)\($0).weight", [4]) }
    tensors += [tensor("model.embed_tokens.weight", [700, 4]), tensor("model.norm.weight", [4])]
    try SafetensorsWriter().write(tensors, intoFolder: folder)
  }

  private func texts(_ name: String) throws -> [String] {
    let cases = try JSONDocument.open("\(Self.root)/\(name)/expected.json").root["cases"].array
    return try cases.map { try $0["text"].string }
  }

  @Test("ids are the same from the folder, from its GGUF and from the folder made of that", arguments: names)
  func ids(name: String) throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("ink-conversion-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    try model(name, in: root + "/model")
    let report = try ModelConversion().convert(root + "/model", to: root + "/model.gguf")
    _ = try ModelConversion().convert(root + "/model.gguf", to: root + "/again")
    let file = try GGUFModel.open(root + "/model.gguf")
    let again = try ModelFolder.open(root + "/again")
    let original = try StoredTokenizer.tokenizer(of: try ModelFolder.open(root + "/model"))
    let stored = try StoredTokenizer.tokenizer(of: file)
    let restored = try StoredTokenizer.tokenizer(of: again)
    let texts = try texts(name)
    #expect(texts.count > 10)
    var compared = 0
    for text in texts {
      let wanted = original.encode(text)
      // What GGUF cannot say is stated, and then such texts may differ.
      if report.remarks.isEmpty || text.unicodeScalars.allSatisfy(\.isASCII) && !text.contains("strip_me") {
        #expect(stored.encode(text) == wanted, "\(text.debugDescription) from GGUF")
        compared += 1
      }
      #expect(restored.encode(text) == stored.encode(text) || name.contains("qwen"), "\(text.debugDescription) again")
    }
    #expect(compared > 5)
    #expect(again.chatTemplates == (try ModelFolder.open(root + "/model")).chatTemplates)
  }
}
