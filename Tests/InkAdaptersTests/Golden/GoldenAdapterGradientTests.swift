import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden gradients of adapters")
struct GoldenAdapterGradientTests {
  @Test(
    "loss and gradients of what is trained are PEFT's, whatever of the layers is kept",
    arguments: GoldenAdapter.all,
    [ActivationMemory.kept, .recomputed])
  func gradients(golden: GoldenAdapter, activations: ActivationMemory) throws {
    let base = try GoldenBase(use: .training { _ in .stored })
    let expected = try golden.expected()
    let adapter = try trained(golden, base, expected)
    let model = try base.model.attaching([adapter])
    let step = base.step(virtual: adapter.virtualTokens?.count ?? 0, adapter: adapter.name)
    let (targets, weights) = targets(base, step)
    let budget: RankBudget? =
      if case .adaLoRA(_, let budget) = try golden.stored().configuration.method { budget } else { nil }
    let store = GradientStore(of: adapter.parameters.map(\.value))
    let loss = base.cpu.valueAndGradient(of: store) { cpu in
      let hidden = model.hiddenStates(
        tokens: step.tokens, segments: step.segments, virtual: step.virtual, activations: activations, on: cpu)
      let loss = model.loss(of: hidden, targets: targets, weights: weights, on: cpu).loss
      // AdaLoRA adds how far its matrices are from orthonormal ones.
      guard let budget, let gap = adapter.singularParts.orthogonality(on: cpu) else { return loss }
      return cpu.add(loss, cpu.scale(gap, by: budget.orthogonality))
    }
    expectClose(loss.toArray(), try expected.tensor("loss").toArray(), "\(golden.name) loss")
    var compared: Set<String> = []
    for parameter in adapter.parameters {
      let name = gradientName(parameter.name, budget == nil ? .matrices : .singular)
      let gradient = try #require(store[parameter.value], "no gradient of \(parameter.name)")
      let isTable = parameter.name == "embedding.lora_A"
      let found = isTable ? gradient.transposed([1, 0]).toArray() : gradient.toArray()
      let reference = try expected.tensor(name).toArray()
      let scale = reference.map(abs).max() ?? 0
      let distance = zip(found, reference).map { abs($0 - $1) }.max() ?? 0
      #expect(found.count == reference.count)
      #expect(distance <= 1e-4 * max(scale, 1e-2), "\(golden.name) \(name): \(distance) of \(scale)")
      compared.insert(name)
    }
    #expect(compared == Set(expected.tensorNames.filter { $0.hasPrefix("grad.") }))
  }

  /// The adapter with what the reference trained: PEFT stores the rows of prompts without what made them.
  private func trained(
    _ golden: GoldenAdapter, _ base: GoldenBase, _ expected: SafetensorsFile
  ) throws -> ModelAdapter {
    let stored = try golden.stored()
    let values = expected.tensorNames.filter { $0.hasPrefix("train_param.") }
    guard !values.isEmpty else {
      return try stored.modelAdapter(named: "test", for: base.base, use: .training, on: base.cpu)
    }
    let made = try AdapterMaking(for: base.base, seed: 1, on: base.cpu).make(stored.configuration, named: "test")
    #expect(Set(made.parameters.map { "train_param.\($0.name)" }) == Set(values))
    for parameter in made.parameters {
      base.cpu.copy(try expected.tensor("train_param.\(parameter.name)").contiguousCopy, into: parameter.value)
    }
    return made
  }

  private func targets(_ base: GoldenBase, _ step: GoldenStep) -> ([Int32], [Float]) {
    var targets = [Int32](repeating: 0, count: step.tokens.count)
    var weights = [Float](repeating: 0, count: step.tokens.count)
    var row = 0
    for labels in base.labels {
      for (index, place) in step.rows[row..<row + labels.count].enumerated() where index + 1 < labels.count {
        guard labels[index + 1] >= 0 else { continue }
        targets[place] = labels[index + 1]
        weights[place] = 1
      }
      row += labels.count
    }
    // The last virtual token predicts the first token.
    for (part, labels) in zip(step.virtual, base.labels) where labels[0] >= 0 {
      targets[part.start + part.tokens.count - 1] = labels[0]
      weights[part.start + part.tokens.count - 1] = 1
    }
    let count = weights.reduce(0, +)
    return (targets, weights.map { $0 / count })
  }

  private enum Naming { case matrices, singular }

  private func gradientName(_ name: String, _ naming: Naming) -> String {
    if name.hasPrefix("prompt_encoder.") { return "grad.\(name)" }
    let modules = [
      "mixer.query": "self_attn.q_proj", "mixer.key": "self_attn.k_proj", "mixer.value": "self_attn.v_proj",
      "mixer.output": "self_attn.o_proj", "feedForward.gate": "mlp.gate_proj", "feedForward.up": "mlp.up_proj",
      "feedForward.down": "mlp.down_proj",
    ]
    let parts = [
      "lora_A": "lora_A.weight", "lora_B": "lora_B.weight", "lora_magnitude": "lora_magnitude_vector.weight",
      "ia3": "ia3_l", "vera_d": "vera_lambda_d", "vera_b": "vera_lambda_b",
    ]
    if name == "head.weight" { return "grad.lm_head.modules_to_save.weight" }
    if name.hasPrefix("embedding.") { return "grad.model.embed_tokens.lora_embedding_\(name.suffix(1))" }
    if name.contains(".adaption_") {
      return "grad.model." + name.replacing(".mixer.", with: ".self_attn.")
    }
    let pieces = name.split(separator: ".").map { String($0) }
    let module = modules[pieces[2...3].joined(separator: ".")] ?? ""
    let part = naming == .singular ? pieces[4] : parts[pieces[4]] ?? ""
    return "grad.model.layers.\(pieces[1]).\(module).\(part)"
  }
}

extension Tensor {
  fileprivate var contiguousCopy: Tensor { Tensor(toArray(), shape: shape) }
}
