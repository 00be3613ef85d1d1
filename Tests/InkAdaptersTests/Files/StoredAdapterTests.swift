import Foundation
import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Adapters in files")
struct StoredAdapterTests {
  @Test("what is written is read back with the same logits", arguments: GoldenAdapter.all)
  func roundTrip(golden: GoldenAdapter) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adapter-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let base = try GoldenBase()
    let stored = try golden.stored()
    let adapter = try stored.modelAdapter(named: "test", for: base.base, use: .training, on: base.cpu)
    let fingerprint = base.model.fingerprint(on: base.cpu)
    try StoredAdapter(
      adapter, configuration: stored.configuration, base: base.base, fingerprint: fingerprint, on: base.cpu
    ).write(to: folder)
    let again = try StoredAdapter.open(folder)
    try again.requireBase(fingerprint)
    let error = #expect(throws: AdapterError.self) { try again.requireBase("another") }
    #expect(error?.code == .mismatch)
    let second = try again.modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    let logits = base.logits(try base.model.attaching([adapter]), adapter: "test")
    #expect(base.logits(try base.model.attaching([second]), adapter: "test") == logits)
    // An adapter that changes nothing would be read back with the same logits too.
    expectClose(logits, try golden.expected().tensor("logits").toArray(), "\(golden.name)")
    let extra = Set(stored.tensors.tensorNames).subtracting(again.tensors.tensorNames)
    #expect(extra.allSatisfy { $0.hasSuffix(".base_layer.weight") })
  }

  @Test(
    "a setting that may change what is computed and is not known is refused by name",
    arguments: ["use_qalora", "layer_replication", "lora_bias", "something_new"])
  func unknownSetting(key: String) throws {
    let text = #"{"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["q_proj"], "\#(key)": true}"#
    let root = try JSONDocument(Array(text.utf8), file: "adapter_config.json").root
    let error = #expect(throws: AdapterError.self) { try AdapterConfiguration(root, file: "adapter_config.json") }
    #expect(error?.code == .unsupported)
    #expect(error?.context.contains(key) == true)
  }

  @Test(
    "a configuration that cannot be right is an error",
    arguments: [
      #"{}"#, #"{"peft_type": "NEW"}"#, #"{"peft_type": "LORA", "r": 0}"#, #"{"peft_type": "LORA", "r": "x"}"#,
      #"{"peft_type": "LORA", "bias": "some"}"#, #"{"peft_type": "PROMPT_TUNING"}"#,
      #"{"peft_type": "LORA", "rank_pattern": {"(q|v)_proj": 4}}"#,
      #"{"peft_type": "LORA", "init_lora_weights": "pissa"}"#,
    ])
  func wrong(text: String) throws {
    let root = try JSONDocument(Array(text.utf8), file: "adapter_config.json").root
    #expect(throws: AdapterError.self) { try AdapterConfiguration(root, file: "adapter_config.json") }
  }

  @Test("matrices of VeRA that are not stored are drawn as PEFT draws them; one of two is an incomplete file")
  func drawnMatrices() throws {
    let golden = try #require(GoldenAdapter.all.first { $0.name == "vera" })
    let base = try GoldenBase()
    let stored = try golden.stored()
    func adapter(without names: Set<String>) throws -> ModelAdapter {
      let kept = try stored.tensors.tensorNames.filter { !names.contains($0) }.map { try stored.tensors.stored($0) }
      return try StoredAdapter(
        path: "test", configuration: stored.configuration, tensors: try TensorCollection(kept)
      ).modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    }
    let drawn = try adapter(without: ["base_model.vera_A", "base_model.vera_B"])
    expectClose(
      base.logits(try base.model.attaching([drawn]), adapter: "test"), try golden.expected().tensor("logits").toArray(),
      "drawn")
    let error = #expect(throws: AdapterError.self) { try adapter(without: ["base_model.vera_B"]) }
    #expect(error?.code == .missingTensor)
  }

  @Test("an adapter of another model, or with tensors of no method, is refused and names the tensor")
  func anotherModel() throws {
    let base = try GoldenBase()
    func open(_ tensors: [StoredTensor]) throws -> ModelAdapter {
      try StoredAdapter(
        path: "test", configuration: AdapterConfiguration(method: .lora(LoRASettings(targets: ["q_proj"], rank: 1))),
        tensors: try TensorCollection(tensors)
      ).modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    }
    func zeros(_ name: String, _ shape: Shape) -> StoredTensor {
      StoredTensor(
        name: "base_model.model.\(name)",
        Tensor([Float](repeating: 0, count: shape.elementCount), shape: shape))
    }
    let module = "model.layers.0.self_attn.q_proj"
    let cases: [([StoredTensor], AdapterError.Code)] = [
      (
        [
          zeros("model.layers.9.self_attn.q_proj.lora_A.weight", [1, 32]),
          zeros("model.layers.9.self_attn.q_proj.lora_B.weight", [32, 1]),
        ], .unsupported
      ),
      ([zeros("\(module).lora_A.weight", [1, 32])], .missingTensor),
      ([zeros("\(module).lora_A.weight", [1, 30]), zeros("\(module).lora_B.weight", [32, 1])], .shapeMismatch),
      ([zeros("\(module).lora_A.weight", [1, 32]), zeros("\(module).lora_B.weight", [31, 1])], .shapeMismatch),
      ([zeros("\(module).lora_A.weight", [2, 32]), zeros("\(module).lora_B.weight", [32, 1])], .shapeMismatch),
      ([zeros("\(module).lora_C.weight", [2, 32])], .unusedTensor),
      (
        [zeros("model.nothing.lora_A.weight", [1, 32]), zeros("model.nothing.lora_B.weight", [32, 1])], .unusedTensor
      ),
    ]
    for (tensors, code) in cases {
      let error = #expect(throws: AdapterError.self) { try open(tensors) }
      #expect(error?.code == code, "\(tensors.map(\.name)): \(error.map { "\($0)" } ?? "")")
    }
  }
}
