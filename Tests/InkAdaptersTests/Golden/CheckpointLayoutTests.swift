import Foundation
import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

/// Checkpoints that fuse or transpose projections, whose adapters PEFT made (`Scripts/parity/adapters.py`).
@Suite("Adapters of checkpoint layouts")
struct CheckpointLayoutTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = tests.appendingPathComponent("Fixtures/layouts")
  private static let models = tests.deletingLastPathComponent().appendingPathComponent(
    "InkModelsTests/Fixtures/models")
  private static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  private struct Case {
    let cpu = CPU(threads: 2)
    let stored: StoredAdapter
    let checkpoint: DecoderCheckpoint
    let model: DecoderLM
    let base: AdapterBase
    let expected: SafetensorsFile
    let modelPath: String

    init(_ name: String) throws {
      stored = try StoredAdapter.open(folder.appendingPathComponent(name).path)
      modelPath = models.appendingPathComponent(try #require(stored.configuration.base)).path
      checkpoint = try DecoderCheckpoint.open(modelPath)
      model = try checkpoint.load(use: .inference, on: cpu)
      base = try AdapterBase(checkpoint: checkpoint, model: model)
      expected = try SafetensorsFile.open(folder.appendingPathComponent("\(name)/expected.safetensors").path)
    }

    func logits(_ adapter: ModelAdapter) throws -> [Float] {
      let model = try model.attaching([adapter])
      return try logits(model, count: adapter.virtualTokens?.count ?? 0, adapter.name)
    }

    func logits(_ model: DecoderLM, count: Int, _ name: AdapterName) throws -> [Float] {
      let ids = try expected.tensor("input_ids")
      return (0..<ids.shape[0]).flatMap { row -> [Float] in
        let tokens = [Int32](repeating: 0, count: count) + ids[row].toIntegers().map { Int32($0) }
        let virtual = count > 0 ? [VirtualRows(start: 0, tokens: 0..<count, adapter: name)] : []
        let hidden = model.hiddenStates(
          tokens: tokens, segments: [AttentionSegment(wholeSequence: 0..<tokens.count)], virtual: virtual, on: cpu)
        return model.logits(of: hidden.slice(count..<tokens.count), on: cpu).toArray()
      }
    }
  }

  @Test("there are layouts to test")
  func found() { #expect(CheckpointLayoutTests.names.count >= 9) }

  @Test("logits are PEFT's", arguments: names)
  func logits(name: String) throws {
    let test = try Case(name)
    let adapter = try test.stored.modelAdapter(named: "test", for: test.base, use: .inference, on: test.cpu)
    expectClose(try test.logits(adapter), try test.expected.tensor("logits").toArray(), "\(name)")
  }

  @Test("what is written again has PEFT's tensors, bit by bit, and its targets", arguments: names)
  func written(name: String) throws {
    let test = try Case(name)
    let adapter = try test.stored.modelAdapter(named: "test", for: test.base, use: .training, on: test.cpu)
    let again = try StoredAdapter(
      adapter, configuration: test.stored.configuration, base: test.base, fingerprint: nil, on: test.cpu)
    let names = test.stored.tensors.tensorNames.filter { !$0.hasSuffix(".base_layer.weight") }
    #expect(Set(again.tensors.tensorNames) == Set(names))
    for name in names {
      let (own, other) = (try again.tensors.stored(name).float32(), try test.stored.tensors.stored(name).float32())
      #expect(own.shape == other.shape, "\(name)")
      #expect(own.toArray() == other.toArray(), "\(name)")
    }
  }

  @Test(
    "merged, the model gives the logits of base and adapter",
    arguments: names.filter { !$0.hasSuffix("_prompt") && !$0.hasSuffix("_llama_adapter") })
  func merged(name: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("merged-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let test = try Case(name)
    _ = try AdapterMerge(test.stored, base: test.base, on: test.cpu).write(
      try ModelFolder.open(test.modelPath), to: folder)
    let merged = try DecoderCheckpoint.open(folder).load(use: .inference, on: test.cpu)
    expectClose(
      try test.logits(merged, count: 0, "none"), try test.expected.tensor("logits").toArray(), "\(name)",
      tolerance: 5e-5)
  }

  @Test("sequences with other biases of norms, or with rows in attention, have the same bits alone and side by side")
  func sideBySide() throws {
    let test = try Case("gpt2_bias_all")
    let adapters = try ["gpt2_bias_all", "gpt2_llama_adapter", "gpt2_lora"].map { name in
      try Case(name).stored.modelAdapter(
        named: AdapterName(name), for: test.base, use: .inference, on: test.cpu)
    }
    let model = try test.model.attaching(adapters)
    let order: [AdapterName?] = [adapters[0].name, nil, adapters[1].name, adapters[2].name, adapters[0].name]
    let ids = try test.expected.tensor("input_ids")[0].toIntegers().map { Int32($0) }
    func bits(_ order: [AdapterName?]) -> [[UInt32]] {
      let rows = AdapterRows(parts: order.map { (ids.count, $0) })
      let segments = order.indices.map { AttentionSegment(wholeSequence: $0 * ids.count..<($0 + 1) * ids.count) }
      let hidden = model.hiddenStates(
        tokens: order.flatMap { _ in ids }, segments: segments, adapters: rows, on: test.cpu)
      let logits = model.logits(of: hidden, adapters: rows, on: test.cpu)
      return segments.map { logits.slice($0.rows).toArray().map(\.bitPattern) }
    }
    let together = bits(order)
    #expect(together == order.map { bits([$0])[0] })
    #expect(Set(together).count == 4)
  }

  @Test("an adapter made for GPT-2 with all biases has those that PEFT trains")
  func madeWithBiases() throws {
    let test = try Case("gpt2_bias_all")
    let adapter = try AdapterMaking(for: test.base, seed: 2, on: test.cpu).make(test.stored.configuration, named: "new")
    let again = try StoredAdapter(
      adapter, configuration: test.stored.configuration, base: test.base, fingerprint: nil, on: test.cpu)
    #expect(Set(again.tensors.tensorNames) == Set(test.stored.tensors.tensorNames))
    #expect(again.tensors.tensorNames.contains("base_model.model.transformer.ln_f.bias"))
  }

  @Test("a bias for a norm that has none, or of another width, is refused and names the norm")
  func foreignBias() throws {
    let test = try Case("gpt2_bias_all")
    for (place, count, code) in [
      ("layers.0.mixer", 32, ModelLoadError.Code.unusedTensor), ("layers.7.mixerNorm", 32, .unusedTensor),
      ("finalNorm", 31, .shapeMismatch),
    ] {
      let bias = Tensor([Float](repeating: 1, count: count), shape: [count])
      let error = #expect(throws: ModelLoadError.self) {
        try test.model.attaching([ModelAdapter(name: "test", biases: [place: bias])])
      }
      #expect(error?.code == code)
      #expect(error?.description.contains(place) == true)
    }
  }

  @Test("an adapter made for maps of a fused module shares its first matrix")
  func made() throws {
    let test = try Case("phi3_lora")
    let adapter = try AdapterMaking(for: test.base, seed: 2, on: test.cpu).make(test.stored.configuration, named: "new")
    let again = try StoredAdapter(
      adapter, configuration: test.stored.configuration, base: test.base, fingerprint: nil, on: test.cpu)
    #expect(Set(again.tensors.tensorNames) == Set(test.stored.tensors.tensorNames))
    #expect(again.configuration == test.stored.configuration)
    var some = test.stored.configuration
    some.method = .lora(LoRASettings(targets: ["layers.1.self_attn.qkv_proj"], rank: 2))
    let other = try AdapterMaking(for: test.base, seed: 2, on: test.cpu).make(some, named: "new")
    let part = try StoredAdapter(other, configuration: some, base: test.base, fingerprint: nil, on: test.cpu)
    #expect(part.configuration == some)
    #expect(part.tensors.tensorNames.count == 2)
  }
}
