import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Combined adapters")
struct AdapterCombinationTests {
  @Test("side by side, or nearest of a rank that is enough, the changes of weights are the weighted sum")
  func sum() throws {
    let base = try GoldenBase()
    let (first, second) = (try GoldenAdapter(name: "lora_qv").stored(), try other(base))
    let weights = try SafetensorsModel.open("\(GoldenAdapter.basePath)/model.safetensors")
    func changes(_ adapter: StoredAdapter) throws -> [String: [Float]] {
      let (tensors, _) = try AdapterMerge(adapter, base: base.base, on: base.cpu).changes(of: weights)
      return try Dictionary(
        uniqueKeysWithValues: tensors.map { tensor in
          let before = try weights.tensor(tensor.name).toArray()
          return (tensor.name, zip(try tensor.float32().toArray(), before).map { $0 - $1 })
        })
    }
    let (own, others) = (try changes(first), try changes(second))
    let combination = AdapterCombination(on: base.cpu)
    for way in [AdapterCombination.Way.sideBySide, .nearest(rank: 6)] {
      let combined = try combination.combine([(first, 0.75), (second, -0.5)], by: way)
      let found = try changes(combined)
      #expect(Set(found.keys) == Set(own.keys).union(others.keys))
      for (name, values) in found {
        let zeros = [Float](repeating: 0, count: values.count)
        let sum = zip(own[name] ?? zeros, others[name] ?? zeros).map { 0.75 * $0 - 0.5 * $1 }
        expectClose(values, sum, "\(way) \(name)", tolerance: 2e-5)
      }
      _ = try combined.modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    }
  }

  @Test("one adapter combined linearly with weight one is itself")
  func itself() throws {
    let base = try GoldenBase()
    let stored = try GoldenAdapter(name: "lora_qv").stored()
    let one = try AdapterCombination(on: base.cpu).combine([(stored, 1)], by: .linear)
    func logits(_ adapter: StoredAdapter) throws -> [Float] {
      let attached = try base.model.attaching([
        adapter.modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
      ])
      return base.logits(attached, adapter: "test")
    }
    expectClose(try logits(one), try logits(stored), "linear", tolerance: 1e-5)
  }

  @Test("what does not combine is refused: other methods, ranks that differ, negative weights of a linear sum")
  func refused() throws {
    let base = try GoldenBase()
    let combination = AdapterCombination(on: base.cpu)
    let (first, second) = (try GoldenAdapter(name: "lora_qv").stored(), try other(base))
    let ia3 = try GoldenAdapter(name: "ia3").stored()
    let whole = try GoldenAdapter(name: "lora_all_linear_bias_embed").stored()
    #expect(throws: AdapterError.self) { try combination.combine([(first, 1), (ia3, 1)], by: .sideBySide) }
    #expect(throws: AdapterError.self) { try combination.combine([(first, 1), (whole, 1)], by: .sideBySide) }
    #expect(throws: AdapterError.self) { try combination.combine([(first, 1), (second, 1)], by: .linear) }
    #expect(throws: AdapterError.self) { try combination.combine([(first, -1)], by: .linear) }
    #expect(throws: AdapterError.self) { try combination.combine([], by: .sideBySide) }
    #expect(throws: AdapterError.self) { try combination.combine([(first, 1)], by: .nearest(rank: 0)) }
  }

  /// An adapter of rank 2 on some of the same modules and one more.
  private func other(_ base: GoldenBase) throws -> StoredAdapter {
    let configuration = AdapterConfiguration(
      method: .lora(LoRASettings(targets: ["q_proj", "down_proj"], rank: 2, alpha: 3)))
    let made = try AdapterMaking(for: base.base, seed: 8, on: base.cpu).make(configuration, named: "other")
    for parameter in made.parameters {
      let stream = RandomStream(seed: 4, name: parameter.name)
      base.cpu.addInPlace(
        Tensor(
          (0..<parameter.value.elementCount).map { Float(0.1 * stream.normal(at: UInt64($0))) },
          shape: parameter.value.shape), to: parameter.value)
    }
    return try StoredAdapter(made, configuration: configuration, base: base.base, fingerprint: nil, on: base.cpu)
  }
}
