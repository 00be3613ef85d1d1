import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Prompts in attention (LLaMA-Adapter)")
struct AttentionPromptTests {
  private static let golden = GoldenAdapter(name: "llama_adapter")

  @Test("a closed gate leaves the bits of the model as they are")
  func closed() throws {
    let base = try GoldenBase()
    let configuration = AdapterConfiguration(method: .attentionPrompts(AttentionPromptSettings(count: 4, layers: 2)))
    let adapter = try AdapterMaking(for: base.base, seed: 2, on: base.cpu).make(configuration, named: "new")
    let logits = base.logits(try base.model.attaching([adapter]), adapter: "new")
    #expect(logits == base.logits(base.model, adapter: "new"))
  }

  @Test("gradients of rows and gates are the slopes of the loss", arguments: [0, 1])
  func slopes(layer: Int) throws {
    let base = try GoldenBase(use: .training { _ in .stored })
    let adapter = try Self.golden.stored().modelAdapter(
      named: "test", for: base.base, use: .training, on: base.cpu)
    let model = try base.model.attaching([adapter])
    let step = base.step(virtual: 0, adapter: "test")
    let targets = Array(step.tokens.dropFirst()) + [0]
    func loss(_ cpu: CPU) -> Tensor {
      let hidden = model.hiddenStates(tokens: step.tokens, segments: step.segments, on: cpu)
      return model.loss(
        of: hidden, targets: targets, weights: [Float](repeating: 0.5, count: targets.count), on: cpu
      ).loss
    }
    let store = GradientStore(of: adapter.parameters.map(\.value))
    _ = base.cpu.valueAndGradient(of: store) { loss($0) }
    for parameter in adapter.parameters where parameter.name.hasPrefix("layers.\(layer).") {
      let gradient = try #require(store[parameter.value]).toArray()
      let old = Tensor(parameter.value.toArray(), shape: parameter.value.shape)
      for index in stride(from: 0, to: gradient.count, by: 37) {
        let values = [Float(0.02), -0.02].map { change in
          var moved = old.toArray()
          moved[index] += change
          base.cpu.copy(Tensor(moved, shape: old.shape), into: parameter.value)
          return loss(base.cpu).toArray()[0]
        }
        base.cpu.copy(old, into: parameter.value)
        let slope = (values[0] - values[1]) / 0.04
        #expect(
          abs(slope - gradient[index]) <= 2e-3 + 0.02 * abs(slope),
          "\(parameter.name)[\(index)]: \(gradient[index]), by differences \(slope)")
      }
    }
  }

  @Test(
    "an incomplete or foreign adapter is refused and names the tensor",
    arguments: [
      (AdapterError.Code.missingTensor, "adaption_gate", 5, 2, "model.layers.1.self_attn.adaption_gate", 32),
      (AdapterError.Code.missingTensor, "adaption_prompt", 5, 2, "model.layers.0.self_attn.adaption_prompt", 32),
      (AdapterError.Code.shapeMismatch, "adaption_prompt", 4, 2, "", 32),
      (AdapterError.Code.mismatch, "adapter_layers", 5, 3, "", 32),
      (AdapterError.Code.unusedTensor, "model.layers.0.self_attn", 5, 1, "", 32),
      (AdapterError.Code.shapeMismatch, "adaption_prompt", 5, 2, "", 16),
    ])
  func wrong(
    code: AdapterError.Code, place: String, count: Int, layers: Int, missing: String, width: Int
  ) throws {
    let base = try GoldenBase()
    let stored = try Self.golden.stored()
    var tensors: [StoredTensor] = []
    for name in stored.tensors.tensorNames where missing.isEmpty || !name.hasSuffix(missing) {
      let tensor = try stored.tensors.stored(name)
      guard width != 32, name.hasSuffix("adaption_prompt") else {
        tensors.append(tensor)
        continue
      }
      tensors.append(
        StoredTensor(name: name, Tensor([Float](repeating: 1, count: 5 * width), shape: [1, 5, width])))
    }
    let damaged = StoredAdapter(
      path: "test",
      configuration: AdapterConfiguration(
        method: .attentionPrompts(AttentionPromptSettings(count: count, layers: layers))),
      tensors: try TensorCollection(tensors, path: "test"))
    let error = #expect(throws: AdapterError.self) {
      try damaged.modelAdapter(named: "test", for: base.base, use: .inference, on: base.cpu)
    }
    #expect(error?.code == code)
    #expect(error?.context.contains(place) == true, "\(String(describing: error))")
  }

  @Test(
    "attention that such prompts are not for is refused when an adapter is made for it", arguments: ["gate", "rows"])
  func shapes(part: String) throws {
    let base = try GoldenBase()
    let rows = Tensor([Float](repeating: 1, count: 3 * 32), shape: part == "rows" ? [6, 16] : [3, 32])
    let gate = Tensor([Float](repeating: 1, count: part == "gate" ? 2 : 1), shape: [part == "gate" ? 2 : 1])
    let adapter = ModelAdapter(
      name: "test", attentionPrompts: ["layers.1.mixer": AttentionPrompt(.rows(rows, gate: gate))])
    let error = #expect(throws: ModelLoadError.self) { try base.model.attaching([adapter]) }
    #expect(error?.code == .shapeMismatch)
    let unknown = ModelAdapter(
      name: "test", attentionPrompts: ["layers.9.mixer": AttentionPrompt(.rows(rows, gate: gate))])
    #expect(throws: ModelLoadError.self) { try base.model.attaching([unknown]) }
  }
}
