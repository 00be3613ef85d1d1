import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Conversion of families under other names")
struct RelatedFamiliesTests {
  /// A Qwen of the first generation with random weights, under the names of its checkpoints.
  private func qwen(_ folder: TemporaryFolder) throws -> String {
    let (width, inner, vocabulary, layers) = (24, 40, 50, 2)
    try FileManager.default.createDirectory(atPath: folder.file("qwen"), withIntermediateDirectories: true)
    try folder.write(
      """
      {"model_type": "qwen", "hidden_size": \(width), "num_attention_heads": 3, "kv_channels": 8,
       "intermediate_size": \(2 * inner), "num_hidden_layers": \(layers), "vocab_size": \(vocabulary),
       "layer_norm_epsilon": 1e-06, "rotary_emb_base": 10000, "seq_length": 64, "no_bias": true,
       "tie_word_embeddings": false}
      """, to: "qwen/config.json")
    var shapes: [(String, [Int])] = [
      ("transformer.wte.weight", [vocabulary, width]), ("transformer.ln_f.weight", [width]),
      ("lm_head.weight", [vocabulary, width]),
    ]
    for layer in 0..<layers {
      let prefix = "transformer.h.\(layer)"
      shapes += [
        ("\(prefix).attn.c_attn.weight", [3 * width, width]), ("\(prefix).attn.c_attn.bias", [3 * width]),
        ("\(prefix).attn.c_proj.weight", [width, width]), ("\(prefix).mlp.w1.weight", [inner, width]),
        ("\(prefix).mlp.w2.weight", [inner, width]), ("\(prefix).mlp.c_proj.weight", [width, inner]),
        ("\(prefix).ln_1.weight", [width]), ("\(prefix).ln_2.weight", [width]),
      ]
    }
    let random = RandomStream(seed: 3, name: "weights")
    var drawn: UInt64 = 0
    let tensors = shapes.map { name, shape in
      let shape = Shape(shape)
      let values = (0..<shape.elementCount).map { _ in
        drawn += 1
        return Float(random.uniform(at: drawn)) - 0.5
      }
      return StoredTensor(name: name, Tensor(values, shape: shape))
    }
    try SafetensorsWriter().write(tensors, intoFolder: folder.file("qwen"))
    return folder.file("qwen")
  }

  @Test("Qwen goes through GGUF with the same logits and comes back bit for bit")
  func qwenBothWays() throws {
    let folder = try TemporaryFolder()
    let path = try qwen(folder)
    _ = try ModelConversion(type: .format(.f32)).convert(path, to: folder.file("qwen.gguf"))
    let file = try GGUFModel.open(folder.file("qwen.gguf"))
    #expect(try file.metadata.string(for: "general.architecture") == "qwen")
    #expect(try file.metadata.int(for: "qwen.feed_forward_length") == 80)
    #expect(file.info("blk.0.attn_qkv.weight")?.shape == [72, 24] && file.info("blk.1.attn_qkv.bias")?.shape == [72])
    #expect(
      try file.tensor("blk.0.ffn_gate.weight").toArray()
        == SafetensorsFile.open(path + "/model.safetensors").tensor("transformer.h.0.mlp.w2.weight").toArray())
    let cpu = CPU(threads: 2)
    let ids: [Int32] = [4, 9, 1, 33, 17, 2, 8]
    let wanted = try DecoderLM.load(ModelFolder.open(path), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
    #expect(try DecoderLM.load(file, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray() == wanted)
    _ = try ModelConversion().convert(folder.file("qwen.gguf"), to: folder.file("again"))
    let again = try ModelFolder.open(folder.file("again"))
    let (found, original) = (try again.weights.open(), try ModelFolder.open(path).weights.open())
    #expect(Set(found.tensorNames) == Set(original.tensorNames))
    for name in original.tensorNames {
      #expect(try found.stored(name).float32().toArray() == original.stored(name).float32().toArray(), "\(name)")
    }
    #expect(try DecoderLM.load(again, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray() == wanted)
  }

  @Test("the width of heads is said in the folder where the file leaves it out: transformers assumes 128 for GLM")
  func headWidth() throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture("glm")
    var conversion = try GGUFConversion(model)
    #expect(conversion.metadata["chatglm.attention.key_length"] != nil)
    conversion.metadata["chatglm.attention.key_length"] = nil
    conversion.metadata["chatglm.attention.value_length"] = nil
    let file = try conversion.write(to: folder.file("glm.gguf"))
    _ = try ModelConversion().convert(file, to: folder.file("again"))
    let width = try ModelFolder.open(model.path()).config["head_dim"].int
    #expect(try ModelFolder.open(folder.file("again")).config["head_dim"].int == width)
    #expect(try DecoderCheckpoint.open(file).config["head_dim"] == .number(String(width)))
  }

  /// A fixture's folder with another value in its configuration.
  private func variant(_ name: String, _ key: String, _ value: JSONTree?, in folder: TemporaryFolder) throws -> String {
    let original = GoldenModel.fixture(name)
    try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    try folder.copy(original.path("model.safetensors"), to: "\(name)/model.safetensors")
    guard case .object(var config)? = try JSONDocument.open(original.path("config.json")).root.value else {
      throw FormatError(.malformed, file: original.path("config.json"), context: "an object")
    }
    config[key] = value
    try folder.write(
      String(decoding: JSONWriter.bytes(.object(config), layout: .compact), as: UTF8.self), to: "\(name)/config.json")
    return folder.file(name)
  }

  /// A setting that llama.cpp heeds, and one that it does not.
  struct Setting: CustomTestStringConvertible {
    let name: String
    let key: String
    let heeded: JSONTree?
    let unheeded: JSONTree
    let remark: String

    var testDescription: String { "\(name), \(key)" }
  }

  static let settings = [
    Setting(
      name: "phi3", key: "sliding_window", heeded: nil, unheeded: .number("5"),
      remark: "no window under the architecture phi3; beyond 5 tokens"),
    Setting(
      name: "starcoder2", key: "sliding_window", heeded: nil, unheeded: .number("5"),
      remark: "no window under the architecture starcoder2; beyond 5 tokens"),
    Setting(
      name: "qwen2_moe", key: "norm_topk_prob", heeded: .bool(false), unheeded: .bool(true),
      remark: "as they are under the architecture qwen2moe"),
    Setting(
      name: "qwen3_moe", key: "norm_topk_prob", heeded: .bool(true), unheeded: .bool(false),
      remark: "by their sum under the architecture qwen3moe"),
  ]

  @Test("what llama.cpp computes in another way is said, and read again as it is", arguments: settings)
  func otherwise(setting: Setting) throws {
    let folder = try TemporaryFolder()
    let path = try variant(setting.name, setting.key, setting.unheeded, in: folder)
    let report = try ModelConversion(type: .format(.f32)).convert(path, to: folder.file("model.gguf"))
    #expect(report.remarks.contains { $0.contains(setting.remark) }, "\(report.remarks)")
    let cpu = CPU(threads: 2)
    let ids: [Int32] = [1, 7, 3, 9, 4, 8, 11, 2, 5]
    let wanted = try DecoderLM.load(ModelFolder.open(path), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
    let file = try GGUFModel.open(folder.file("model.gguf"))
    expectClose(try DecoderLM.load(file, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), wanted, setting.name)
    let other = try TemporaryFolder()
    let plain = try ModelConversion().convert(
      try variant(setting.name, setting.key, setting.heeded, in: other), to: other.file("model.gguf"))
    #expect(!plain.remarks.contains { $0.contains(setting.remark) })
  }

  @Test("InternLM without a base that grows is a llama with biases in GGUF, and its own weights bit for bit")
  func internLM() throws {
    let folder = try TemporaryFolder()
    let path = try variant("internlm", "rotary", nil, in: folder)
    _ = try ModelConversion(type: .format(.f32)).convert(path, to: folder.file("model.gguf"))
    let file = try GGUFModel.open(folder.file("model.gguf"))
    #expect(try file.metadata.string(for: "general.architecture") == "llama")
    #expect(file.contains("blk.0.attn_output.bias"))
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let again = try ModelFolder.open(folder.file("again"))
    let (found, wanted) = (try again.weights.open(), try ModelFolder.open(path).weights.open())
    #expect(Set(found.tensorNames) == Set(wanted.tensorNames))
    for name in found.tensorNames {
      #expect(try found.stored(name).float32().toArray() == wanted.stored(name).float32().toArray(), "\(name)")
    }
    let cpu = CPU(threads: 2)
    let ids: [Int32] = [1, 7, 3, 9, 4]
    let logits = try DecoderLM.load(ModelFolder.open(path), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
    expectClose(try DecoderLM.load(file, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), logits, "GGUF")
    expectClose(try DecoderLM.load(again, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), logits, "folder")
  }

  @Test("GPT-J and MOSS are a Phi with biases of zero in GGUF, and as a folder again", arguments: ["gptj", "moss"])
  func phi(name: String) throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture(name)
    _ = try ModelConversion(type: .format(.f32)).convert(model.path(), to: folder.file("model.gguf"))
    let file = try GGUFModel.open(folder.file("model.gguf"))
    #expect(try file.metadata.string(for: "general.architecture") == "phi2")
    for part in ["attn_q", "attn_k", "attn_v", "attn_output"] {
      #expect(try file.tensor("blk.1.\(part).bias").toArray().allSatisfy { $0 == 0 })
    }
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let again = try ModelFolder.open(folder.file("again"))
    #expect(try again.config["model_type"].string == "phi")
    let cpu = CPU(threads: 2)
    let expected = try model.expected()
    let ids = try expected.tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let wanted = try expected.tensor("logits")[0].toArray()
    expectClose(try DecoderLM.load(file, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), wanted, "GGUF")
    expectClose(try DecoderLM.load(again, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), wanted, "folder")
  }

  @Test(
    "files of mixed packed types become folders with the numbers that they decode to",
    arguments: [
      ("internlm2", ["model.layers.1.attention.wqkv.weight"]), ("gpt2", ["transformer.h.1.attn.c_attn.weight"]),
      ("baichuan", ["model.layers.1.self_attn.W_pack.weight"]), ("mixtral", []),
    ])
  func packed(modelType: String, fused: [String]) throws {
    let folder = try TemporaryFolder()
    var config = JSONObject()
    config["model_type"] = .string(modelType)
    let numbers = [
      ("hidden_size", 64), ("n_embd", 64), ("intermediate_size", 96), ("n_inner", 96), ("num_hidden_layers", 2),
      ("n_layer", 2), ("num_attention_heads", 2), ("n_head", 2), ("num_key_value_heads", 2), ("vocab_size", 70),
      ("max_position_embeddings", 64), ("n_positions", 64), ("num_local_experts", 4), ("num_experts_per_tok", 2),
    ]
    for (key, number) in numbers { config[key] = .number("\(number)") }
    let cpu = CPU(threads: 2)
    let checkpoint = try DecoderCheckpoint.fresh(config: config, seed: 1, deviation: 0.2)
    try checkpoint.write(
      checkpoint.load(use: .training { _ in .float32 }, on: cpu).parameters, to: folder.file("model"))
    let type = try #require(ConvertedType(name: "q4_k_m"))
    _ = try ModelConversion(type: type).convert(folder.file("model"), to: folder.file("packed.gguf"))
    let kinds = Set(
      try GGUFModel.open(folder.file("packed.gguf")).tensorNames.compactMap { name in
        try GGUFModel.open(folder.file("packed.gguf")).info(name)?.type
      })
    #expect(kinds.count > 2)
    _ = try ModelConversion(type: .format(.f32)).convert(folder.file("packed.gguf"), to: folder.file("plain.gguf"))
    _ = try ModelConversion().convert(folder.file("packed.gguf"), to: folder.file("again"))
    let again = try ModelFolder.open(folder.file("again"))
    for name in fused { #expect(try again.weights.open().contains(name)) }
    let ids: [Int32] = [4, 9, 1, 33, 17]
    let found = try DecoderLM.load(again, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
    let wanted = try DecoderLM.load(GGUFModel.open(folder.file("plain.gguf")), cpu: cpu)
      .logits(ofSequence: ids, cpu: cpu).toArray()
    expectClose(found, wanted, modelType)
  }

  @Test(
    "a base that grows with the text is left out of a file, whose context ends before it would",
    arguments: ["internlm", "llama_rope_dynamic"])
  func dynamicBase(name: String) throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture(name)
    let path = folder.file("model.gguf")
    let report = try ModelConversion(type: .format(.f32)).convert(model.path(), to: path)
    let file = try GGUFModel.open(path)
    let context = try JSONDocument.open(model.path("config.json")).root["max_position_embeddings"].int
    #expect(try file.metadata.int(for: "llama.context_length") == context)
    #expect(report.remarks.contains { $0.contains("\(context) tokens") })
    let cpu = CPU(threads: 2)
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().prefix(context).map { Int32($0) }
    let wanted = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu).logits(ofSequence: ids, cpu: cpu)
    let found = try DecoderLM.load(file, cpu: cpu).logits(ofSequence: ids, cpu: cpu)
    expectClose(found.toArray(), wanted.toArray(), name)
  }

  @Test("a family that llama.cpp has no computation for is refused with the reason")
  func refused() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ModelLoadError.self) {
      try ModelConversion().convert(GoldenModel.fixture("opt").path(), to: folder.file("model.gguf"))
    }
    #expect(error?.code == .unsupported && error?.hint.contains("no architecture for OPT") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("a Baichuan whose positions llama.cpp would not turn is written with a remark")
  func otherBaichuan() throws {
    let folder = try TemporaryFolder()
    let report = try ModelConversion().convert(
      GoldenModel.fixture("baichuan_7b").path(), to: folder.file("model.gguf"))
    #expect(report.remarks.contains { $0.contains("32 layers only") })
  }

  @Test("the rows of a head that are used with length one are written so")
  func unitRows() throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture("baichuan2_7b")
    let report = try ModelConversion(type: .format(.f32)).convert(model.path(), to: folder.file("model.gguf"))
    #expect(report.remarks.contains { $0.contains("length one") })
    let head = try GGUFModel.open(folder.file("model.gguf")).tensor("output.weight")
    for row in 0..<head.shape[0] {
      let squares = head[row].toArray().reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect((squares - 1).magnitude < 1e-5)
    }
  }
}
