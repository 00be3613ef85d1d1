import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("New adapters")
struct AdapterMakingTests {
  private static let methods: [AdapterMethod] = [
    .lora(LoRASettings(targets: ["all-linear"], rank: 3)),
    .lora(LoRASettings(targets: ["q_proj", "v_proj", "embed_tokens"], rank: 2, scaling: .byRootOfRank)),
    .lora(LoRASettings(targets: ["q_proj", "down_proj"], rank: 3, form: .decomposed)),
    .ia3(IA3Settings(targets: ["k_proj", "v_proj", "down_proj"], feedForwardModules: ["down_proj"])),
    .vera(VeRASettings(targets: ["q_proj", "down_proj"], rank: 6)),
    .attentionPrompts(AttentionPromptSettings(count: 3, layers: 1)),
    .bottleneck(BottleneckSettings(placement: .both, width: 4)),
    .bottleneck(BottleneckSettings(placement: .feedForward, width: 4, scale: 2)),
  ]

  @Test("a new adapter leaves the model as it is, and a step of training changes it", arguments: methods)
  func beginning(method: AdapterMethod) throws {
    let base = try GoldenBase(use: .training { _ in .stored })
    let adapter = try AdapterMaking(for: base.base, seed: 5, on: base.cpu).make(
      AdapterConfiguration(method: method), named: "new")
    let model = try base.model.attaching([adapter])
    expectClose(
      base.logits(model, adapter: "new"), base.logits(base.model, adapter: "new"), "at first", tolerance: 1e-5)
    let before = try loss(model, base, adapter, rate: 0.05)
    let after = try loss(model, base, adapter, rate: 0)
    #expect(after < before, "\(method)")
  }

  @Test("principal components begin as the base, and what is taken away goes into the file")
  func principal() throws {
    let base = try GoldenBase(use: .training { _ in .stored })
    var making = AdapterMaking(for: base.base, seed: 5, on: base.cpu)
    making.loraStart = .principal(iterations: 12)
    let configuration = AdapterConfiguration(
      method: .lora(LoRASettings(targets: ["q_proj", "up_proj"], rank: 3, alpha: 6)))
    let adapter = try making.make(configuration, named: "new")
    let model = try base.model.attaching([adapter])
    expectClose(
      base.logits(model, adapter: "new"), base.logits(base.model, adapter: "new"), "at first", tolerance: 1e-4)
    let before = try loss(model, base, adapter, rate: 0.02)
    #expect(try loss(model, base, adapter, rate: 0) < before)
    let stored = try StoredAdapter(
      adapter, configuration: configuration, base: base.base, fingerprint: nil, on: base.cpu)
    let again = try stored.modelAdapter(named: "again", for: base.base, use: .inference, on: base.cpu)
    expectClose(
      base.logits(try base.model.attaching([again]), adapter: "again"), base.logits(model, adapter: "new"), "stored",
      tolerance: 1e-4)
  }

  @Test("singular values are those of a matrix that is made of known ones")
  func singularValues() throws {
    let base = try GoldenBase()
    var making = AdapterMaking(for: base.base, seed: 5, on: base.cpu)
    making.loraStart = .principal(iterations: 30)
    let settings = LoRASettings(targets: ["k_proj"], rank: 16, alpha: 16)
    let adapter = try making.make(AdapterConfiguration(method: .lora(settings)), named: "whole")
    // Of as many components as there are rows, the product is the matrix.
    let site = try #require(base.model.adapterSites.first { $0.name == "layers.0.mixer.key" })
    let weight = base.cpu.gatherRows(Array(0..<site.outputs), of: site.weight)
    let parameters = Dictionary(adapter.parameters.map { ($0.name, $0.value) }) { first, _ in first }
    let down = try #require(parameters["layers.0.mixer.key.lora_A"])
    let up = try #require(parameters["layers.0.mixer.key.lora_B"])
    expectClose(base.cpu.matmul(up, down).toArray(), weight.toArray(), "the product", tolerance: 1e-5)
  }

  @Test("dropped inputs change the pass of training and nothing else, the same for the same step")
  func dropout() throws {
    let base = try GoldenBase(use: .training { _ in .stored })
    let stored = try GoldenAdapter(name: "lora_qv").stored()
    var configuration = stored.configuration
    guard case .lora(var settings) = configuration.method else {
      Issue.record("\(configuration.method)")
      return
    }
    settings.dropout = 0.4
    configuration.method = .lora(settings)
    let dropping = StoredAdapter(path: "test", configuration: configuration, tensors: stored.tensors)
    let model = try base.model.attaching([
      dropping.modelAdapter(named: "test", for: base.base, use: .training, on: base.cpu)
    ])
    let step = base.step(virtual: 0, adapter: "test")
    func hidden(_ noise: DropoutNoise?) -> [Float] {
      model.hiddenStates(tokens: step.tokens, segments: step.segments, noise: noise, on: base.cpu).toArray()
    }
    let first = hidden(DropoutNoise(seed: 1, step: 0, part: 0))
    #expect(first == hidden(DropoutNoise(seed: 1, step: 0, part: 0)))
    #expect(first != hidden(DropoutNoise(seed: 1, step: 1, part: 0)))
    #expect(first != hidden(nil))
  }

  @Test("AdaLoRA begins as the model, and what cannot be given out is refused", arguments: [0, 1, 2, 3])
  func ranks(fault: Int) throws {
    let base = try GoldenBase()
    var budget = RankBudget(target: 3, warmUp: 1, final: 2, steps: 8)
    switch fault {
    case 1: budget.target = 5
    case 2: budget.final = 7
    case 3: budget.sensitivityDecay = 1
    default: break
    }
    let configuration = AdapterConfiguration(
      method: .adaLoRA(LoRASettings(targets: ["q_proj", "up_proj"], rank: 4), budget))
    let making = AdapterMaking(for: base.base, seed: 5, on: base.cpu)
    guard fault == 0 else {
      let error = #expect(throws: AdapterError.self) { try making.make(configuration, named: "new") }
      #expect(error?.code == .invalidConfiguration)
      return
    }
    let adapter = try making.make(configuration, named: "new")
    #expect(adapter.singularParts.count == 4)
    expectClose(
      base.logits(try base.model.attaching([adapter]), adapter: "new"), base.logits(base.model, adapter: "new"),
      "at first", tolerance: 1e-6)
    let stored = try StoredAdapter(
      adapter, configuration: configuration, base: base.base, fingerprint: nil, on: base.cpu)
    #expect(stored.configuration == configuration)
    #expect(stored.tensors.tensorNames.contains("base_model.model.model.layers.1.mlp.up_proj.lora_E"))
  }

  @Test("targets that the model does not have are named")
  func unknownTarget() throws {
    let base = try GoldenBase()
    let making = AdapterMaking(for: base.base, seed: 5, on: base.cpu)
    let error = #expect(throws: AdapterError.self) {
      try making.make(AdapterConfiguration(method: .lora(LoRASettings(targets: ["W_pack"]))), named: "new")
    }
    #expect(error?.context.contains("W_pack") == true)
    #expect(error?.expected.contains("q_proj") == true)
  }

  /// The loss of the base's own tokens; then a step against the gradient.
  private func loss(_ model: DecoderLM, _ base: GoldenBase, _ adapter: ModelAdapter, rate: Float) throws -> Float {
    let step = base.step(virtual: 0, adapter: adapter.name)
    let store = GradientStore(of: adapter.parameters.map(\.value))
    let targets = Array(step.tokens.dropFirst()) + [0]
    let weights = [Float](repeating: 0.1, count: targets.count)
    let loss = base.cpu.valueAndGradient(of: store) { cpu in
      let hidden = model.hiddenStates(tokens: step.tokens, segments: step.segments, on: cpu)
      return model.loss(of: hidden, targets: targets, weights: weights, on: cpu).loss
    }
    for parameter in adapter.parameters {
      guard let gradient = store[parameter.value] else { continue }
      base.cpu.addInPlace(base.cpu.scale(gradient, by: -rate), to: parameter.value)
    }
    return loss.toArray()[0]
  }
}
