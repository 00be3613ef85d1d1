import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Conversion of experts and latent attention")
struct LatentConversionTests {
  private func tensors(_ path: String) throws -> [String: Tensor] {
    let source = try ModelFolder.open(path).weights.open()
    return try Dictionary(uniqueKeysWithValues: source.tensorNames.map { ($0, try source.stored($0).float32()) })
  }

  private func expectSame(_ found: [String: Tensor], _ wanted: [String: Tensor]) {
    #expect(Set(found.keys) == Set(wanted.keys))
    for (name, tensor) in wanted {
      #expect(found[name]?.shape == tensor.shape && found[name]?.toArray() == tensor.toArray(), "\(name)")
    }
  }

  @Test(
    "an older file, which keeps the matrices of keys and values together, becomes the checkpoint",
    arguments: ["deepseek_v2", "deepseek_v2_lite", "deepseek_v3"])
  func together(name: String) throws {
    let model = GoldenModel.fixture(name)
    let folder = try TemporaryFolder()
    try GGUFConversion(model, recipe: .deepSeek(.together)).write(to: folder.file("model.gguf"))
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    expectSame(try tensors(folder.file("again")), try tensors(model.path()))
  }

  @Test("layers that predict ahead go into the file behind the last block, and back")
  func predictionLayers() throws {
    let model = GoldenModel.fixture("deepseek_v3")
    let folder = try TemporaryFolder()
    let layers = try ModelFolder.open(model.path()).config["num_hidden_layers"].int
    var all = try tensors(model.path())
    for (name, tensor) in all where name.hasPrefix("model.layers.\(layers - 1).") {
      all[name.replacing("layers.\(layers - 1).", with: "layers.\(layers).")] = tensor
    }
    let width = try #require(all["model.norm.weight"]).shape[0]
    for name in ["enorm", "hnorm", "shared_head.norm"] {
      all["model.layers.\(layers).\(name).weight"] = Tensor((0..<width).map { Float($0) }, shape: [width])
    }
    all["model.layers.\(layers).eh_proj.weight"] = Tensor(
      (0..<2 * width * width).map { Float($0) }, shape: [width, 2 * width])
    try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    try folder.copy(model.path("config.json"), to: "model/config.json")
    try SafetensorsWriter().write(
      all.sorted { $0.key < $1.key }.map { StoredTensor(name: $0.key, $0.value) }, intoFolder: folder.file("model"))
    _ = try ModelConversion().convert(folder.file("model"), to: folder.file("model.gguf"))
    let metadata = try GGUFModel.open(folder.file("model.gguf")).metadata
    #expect(try metadata.int(for: "deepseek2.block_count") == layers + 1)
    #expect(try metadata.int(for: "deepseek2.nextn_predict_layers") == 1)
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    expectSame(try tensors(folder.file("again")), all)
  }

  @Test("a checkpoint with the experts of a layer in one tensor becomes one with each by itself")
  func fusedExperts() throws {
    let model = GoldenModel.fixture("qwen3_moe")
    let folder = try TemporaryFolder()
    let apart = try tensors(model.path())
    var all = apart
    let config = try ModelFolder.open(model.path()).config
    let (layers, width) = (try config["num_hidden_layers"].int, try config["hidden_size"].int)
    let (count, inner) = (try config["num_local_experts"].int, try config["moe_intermediate_size"].int)
    for layer in 0..<layers {
      let prefix = "model.layers.\(layer).mlp.experts"
      guard all["\(prefix).0.up_proj.weight"] != nil else { continue }
      var (both, down): ([Float], [Float]) = ([], [])
      for expert in 0..<count {
        for name in ["gate_proj", "up_proj"] {
          let tensor = all.removeValue(forKey: "\(prefix).\(expert).\(name).weight")
          both += try #require(tensor).toArray()
        }
        let tensor = all.removeValue(forKey: "\(prefix).\(expert).down_proj.weight")
        down += try #require(tensor).toArray()
      }
      all["\(prefix).gate_up_proj"] = Tensor(both, shape: [count, 2 * inner, width])
      all["\(prefix).down_proj"] = Tensor(down, shape: [count, width, inner])
    }
    try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    try folder.copy(model.path("config.json"), to: "model/config.json")
    try SafetensorsWriter().write(
      all.sorted { $0.key < $1.key }.map { StoredTensor(name: $0.key, $0.value) }, intoFolder: folder.file("model"))
    _ = try ModelConversion().convert(folder.file("model"), to: folder.file("model.gguf"))
    let cpu = CPU(threads: 2)
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let found = try DecoderLM.load(GGUFModel.open(folder.file("model.gguf")), cpu: cpu)
      .logits(ofSequence: ids, cpu: cpu).toArray()
    expectClose(found, try model.expected().tensor("logits")[0].toArray(), "from GGUF")
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    expectSame(try tensors(folder.file("again")), apart)
  }

  @Test("the first DeepSeek, which is Mixtral's computation under its own names, goes through GGUF")
  func deepSeekMoE() throws {
    let model = GoldenModel.fixture("mixtral")
    let folder = try TemporaryFolder()
    let names = ["block_sparse_moe": "mlp", "w1": "gate_proj", "w2": "down_proj", "w3": "up_proj"]
    var all: [String: Tensor] = [:]
    for (name, tensor) in try tensors(model.path()) {
      all[name.split(separator: ".").map { names[String($0)] ?? String($0) }.joined(separator: ".")] = tensor
    }
    let text = try Data(contentsOf: URL(fileURLWithPath: model.path("config.json")))
    var config = try #require(JSONSerialization.jsonObject(with: text) as? [String: Any])
    config["model_type"] = "deepseek"
    config["n_routed_experts"] = config.removeValue(forKey: "num_local_experts")
    config["moe_intermediate_size"] = config["intermediate_size"]
    config["norm_topk_prob"] = true
    try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    try JSONSerialization.data(withJSONObject: config).write(to: URL(fileURLWithPath: folder.file("model/config.json")))
    try SafetensorsWriter().write(
      all.sorted { $0.key < $1.key }.map { StoredTensor(name: $0.key, $0.value) }, intoFolder: folder.file("model"))
    _ = try ModelConversion().convert(folder.file("model"), to: folder.file("model.gguf"))
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    expectSame(try tensors(folder.file("again")), all)
    let cpu = CPU(threads: 2)
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    for decoder in [
      try DecoderLM.load(GGUFModel.open(folder.file("model.gguf")), cpu: cpu),
      try DecoderLM.load(ModelFolder.open(folder.file("again")), cpu: cpu),
    ] {
      let found = decoder.logits(ofSequence: ids, cpu: cpu).toArray()
      expectClose(found, try model.expected().tensor("logits")[0].toArray(), "deepseek")
    }
  }
}
