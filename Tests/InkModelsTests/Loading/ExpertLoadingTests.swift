import Foundation
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

/// The other ways in which experts, latent attention and layers that predict ahead are stored.
@Suite("Loading experts and latent attention")
struct ExpertLoadingTests {
  @Test(
    "experts of a layer in one tensor are those stored one by one",
    arguments: ["qwen2_moe", "qwen3_moe", "deepseek_v3", "mixtral"])
  func fused(name: String) throws {
    let model = GoldenModel.fixture(name)
    var kept: [StoredTensor] = []
    var parts: [String: [Int: [String: Tensor]]] = [:]
    for stored in try tensors(model) {
      let pieces = stored.name.split(separator: ".").map(String.init)
      guard let place = pieces.firstIndex(of: "experts"), let expert = Int(pieces[place + 1]) else {
        kept.append(stored)
        continue
      }
      let layer = pieces[..<(place + 1)].joined(separator: ".").replacing("block_sparse_moe", with: "mlp")
      parts[layer, default: [:]][expert, default: [:]][pieces[place + 2]] = try stored.float32()
    }
    for (layer, experts) in parts {
      let ordered = experts.sorted { $0.key < $1.key }.map(\.value)
      let both = try ordered.map { expert in
        try
          (#require(expert["gate_proj"] ?? expert["w1"]).toArray()
          + #require(expert["up_proj"] ?? expert["w3"]).toArray())
      }
      let down = try ordered.map { try #require($0["down_proj"] ?? $0["w2"]) }
      let (width, inner) = (down[0].shape[0], down[0].shape[1])
      kept.append(
        StoredTensor(
          name: "\(layer).gate_up_proj", Tensor(both.flatMap { $0 }, shape: [both.count, 2 * inner, width])))
      kept.append(
        StoredTensor(
          name: "\(layer).down_proj", Tensor(down.flatMap { $0.toArray() }, shape: [down.count, width, inner])))
    }
    #expect(try logits(model, kept) == logits(model, tensors(model)))
  }

  @Test(
    "matrices that older GGUF files keep together give the logits of those apart",
    arguments: ["deepseek_v2_lite", "deepseek_v3"])
  func together(name: String) throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture(name)
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let reference = try model.expected().tensor("logits")[0].toArray()
    for precision in [GGUFConversion.Precision.f32, .f16] {
      let path = try GGUFConversion(model, recipe: .deepSeek(.together)).write(precision, to: folder.file("model.gguf"))
      let cpu = CPU(threads: 2)
      let found = try DecoderLM.load(GGUFModel.open(path), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
      if precision == .f32 { expectClose(found, reference, name) }
      let apart = try GGUFConversion(model).write(precision, to: folder.file("apart.gguf"))
      let other = try DecoderLM.load(GGUFModel.open(apart), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
      #expect(found.map(\.bitPattern) == other.map(\.bitPattern))
    }
  }

  @Test("the first DeepSeek is Mixtral's computation under its own names")
  func deepSeekMoE() throws {
    let model = GoldenModel.fixture("mixtral")
    var config = try model.configuration()
    config["model_type"] = .string("deepseek")
    config["n_routed_experts"] = config["num_local_experts"]
    config["num_local_experts"] = nil
    config["moe_intermediate_size"] = config["intermediate_size"]
    config["norm_topk_prob"] = .bool(true)
    let names = ["block_sparse_moe": "mlp", "w1": "gate_proj", "w2": "down_proj", "w3": "up_proj"]
    let renamed = try tensors(model).map { stored in
      stored.named(stored.name.split(separator: ".").map { names[String($0)] ?? String($0) }.joined(separator: "."))
    }
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let cpu = CPU(threads: 1)
    let found = try decoder(config, renamed, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
    expectClose(found, try model.expected().tensor("logits")[0].toArray(), "deepseek")
  }

  @Test("layers that predict ahead stay in the file, can be read, and do not change the decoder")
  func predictionLayers() throws {
    let model = GoldenModel.fixture("deepseek_v3")
    let layers = try DecoderLM.load(ModelFolder.open(model.path()), cpu: CPU(threads: 1)).spec.layers.count
    var more = try tensors(model)
    for stored in more where stored.name.hasPrefix("model.layers.\(layers - 1).") {
      more.append(stored.named(stored.name.replacing("layers.\(layers - 1).", with: "layers.\(layers).")))
    }
    let width = try #require(more.first { $0.name == "model.norm.weight" }).shape[0]
    for name in ["enorm.weight", "hnorm.weight", "shared_head.norm.weight"] {
      more.append(
        StoredTensor(
          name: "model.layers.\(layers).\(name)", Tensor([Float](repeating: 1, count: width), shape: [width])))
    }
    let projection = Tensor([Float](repeating: 0.5, count: 2 * width * width), shape: [width, 2 * width])
    more.append(StoredTensor(name: "model.layers.\(layers).eh_proj.weight", projection))
    let config = try model.configuration()
    let decoder = try decoder(config, more, cpu: CPU(threads: 1))
    #expect(decoder.spec.layers.count == layers)
    let prediction = try #require(decoder.prediction)
    #expect(prediction.layers == 1)
    for name in ["projection", "embeddingNorm", "hiddenNorm", "finalNorm", "mixer.queryContent", "experts.0.gate"] {
      #expect(prediction.names.contains { $0.hasPrefix("prediction.0.") && $0.contains(name) }, "\(name)")
    }
    #expect(try prediction.stored("prediction.0.projection.weight").shape == [width, 2 * width])
    #expect(try logits(model, more) == logits(model, tensors(model)))
    // A layer that the configuration does not count is not taken for one.
    var fewer = config
    fewer["num_nextn_predict_layers"] = .number("0")
    #expect(throws: FormatError.self) { try self.decoder(fewer, more, cpu: CPU(threads: 1)) }
  }

  @Test("half precision keeps its cache beside routers in f32")
  func cacheElement() throws {
    let folder = try TemporaryFolder()
    let path = try GGUFConversion(.fixture("deepseek_v3")).write(.f16, to: folder.file("model.gguf"))
    let decoder = try DecoderLM.load(GGUFModel.open(path), cpu: CPU(threads: 1))
    guard case .latent(let attention) = decoder.spec.layers[0].mixer else {
      Issue.record("\(decoder.spec.layers[0].mixer)")
      return
    }
    let width = (attention.keyValueRank + attention.rotary.width + 15) / 16 * 16
    #expect(decoder.cacheLayout.bytesPerToken == decoder.spec.layers.count * width * 2)
  }

  @Test(
    "settings that cannot be are refused by name",
    arguments: [
      ("mixtral", "num_experts_per_tok", "7"), ("mixtral", "num_local_experts", "0"),
      ("mixtral", "num_local_experts", "70000"), ("qwen2_moe", "shared_expert_intermediate_size", "0"),
      ("deepseek_v3", "n_group", "3"), ("deepseek_v3", "n_group", "8"), ("deepseek_v3", "topk_group", "5"),
      ("deepseek_v3", "topk_group", "0"), ("deepseek_v3", "kv_lora_rank", "0"), ("deepseek_v3", "q_lora_rank", "0"),
      ("deepseek_v3", "qk_rope_head_dim", "0"), ("deepseek_v3", "qk_rope_head_dim", "7"),
      ("deepseek_v3", "qk_nope_head_dim", "0"), ("deepseek_v3", "v_head_dim", "0"),
      ("deepseek_v3", "num_nextn_predict_layers", "268435456"), ("deepseek_v3", "n_shared_experts", "268435456"),
      ("deepseek_v3", "topk_method", "\"greedy\""), ("deepseek_v3", "scoring_func", "\"softmax\""),
      ("deepseek_v2", "topk_method", "\"best\""), ("deepseek_v2", "norm_topk_prob", "true"),
      ("deepseek_v2", "mlp_bias", "true"), ("deepseek_v2", "first_k_dense_replace", "-1"),
      ("deepseek_v2", "first_k_dense_replace", "0.5"), ("deepseek_v2", "routed_scaling_factor", "0"),
    ])
  func refused(name: String, key: String, value: String) throws {
    guard case .object(var config)? = try ModelFolder.open(GoldenModel.fixture(name).path()).config.value else {
      return
    }
    config[key] = try JSONDocument(Array(value.utf8), file: "value").root.value
    let configuration = ModelConfiguration(node(config))
    let family = try FamilyRegistry.family(modelType: try #require(try configuration.text("model_type")))
    let error = try #require(throws: ModelLoadError.self) { try family.spec(configuration) }
    #expect([.invalidConfiguration, .unsupported].contains(error.code) && !error.context.isEmpty, "\(error)")
  }

  private func node(_ config: JSONObject) -> JSONNode { JSONNode(value: .object(config), file: "config.json") }

  private func tensors(_ model: GoldenModel) throws -> [StoredTensor] {
    let source = try ModelFolder.open(model.path()).weights.open()
    return try source.tensorNames.map { try source.stored($0) }
  }

  private func decoder(_ config: JSONObject, _ tensors: [StoredTensor], cpu: CPU) throws -> DecoderLM {
    let configuration = ModelConfiguration(node(config))
    let family = try FamilyRegistry.family(modelType: try #require(try configuration.text("model_type")))
    let spec = try family.spec(configuration)
    let weights = try family.huggingFaceWeights(spec).load(TensorCollection(tensors))
    try weights.requireComplete()
    return try DecoderLM(spec: spec, weights: weights, cpu: cpu)
  }

  private func logits(_ model: GoldenModel, _ tensors: [StoredTensor]) throws -> [UInt32] {
    guard case .object(let config)? = try ModelFolder.open(model.path()).config.value else { return [] }
    let cpu = CPU(threads: 1)
    return try decoder(config, tensors, cpu: cpu).logits(ofSequence: [1, 5, 9, 3, 7], cpu: cpu).toArray()
      .map(\.bitPattern)
  }
}
