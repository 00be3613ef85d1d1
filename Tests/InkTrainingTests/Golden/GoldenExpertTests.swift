import InkFormats
import InkModels
import InkNN
import InkTensor
import Synchronization
import Testing

@Suite struct GoldenExpertTests {
  @Test("The losses of routers are the reference's, with padding and without")
  func auxiliary() throws {
    let file = try SafetensorsFile.open("\(GoldenTraining.root)/moe_aux_loss.safetensors")
    let cpu = CPU(threads: 2)
    let router = ExpertRouter(count: 4, chosen: 2, rule: .softmaxOverChosen)
    let choices = try (0..<2).map { layer in
      let logits = try file.tensor("router_logits.\(layer)").toFloat32()
      return ExpertChoice(logits: logits, assignment: cpu.routeExperts(logits, bias: nil, router: router))
    }
    let counted = try file.tensor("attention_mask").toIntegers().map { $0 != 0 }
    func expect(_ found: Tensor, _ name: String) throws {
      expectClose(found.toArray(), try file.tensor(name).toArray(), name)
    }
    try expect(LoadBalancingLoss.of(choices, on: cpu), "aux_loss")
    try expect(LoadBalancingLoss.of(choices, counted: counted, on: cpu), "aux_loss_masked")
    try expect(RouterZLoss.of(choices, on: cpu), "router_z_loss")
  }

  @Test(
    "Loss and gradients of a mixture of experts with its auxiliary loss are the reference's",
    arguments: ActivationMemory.allCases)
  func mixtral(activations: ActivationMemory) throws {
    let golden = GoldenTraining("mixtral")
    let expected = try golden.open("loss_and_grads")
    let rows = try TrainingRows.of(expected, labels: "input_ids")
    let cpu = CPU(threads: 2)
    let checkpoint = try DecoderCheckpoint.open(golden.folder)
    let model = try checkpoint.load(use: .trainingAll, on: cpu)
    let store = GradientStore(of: model.parameters.map(\.value))
    var parts: (tokens: Tensor, experts: Tensor)?
    let total = cpu.valueAndGradient(of: store) { cpu in
      let choices = ObservedChoices()
      let hidden = model.hiddenStates(
        tokens: rows.tokens, segments: rows.segments, experts: choices.observer, activations: activations, on: cpu)
      let loss = model.loss(of: hidden, targets: rows.targets, weights: rows.weights, on: cpu).loss
      let balance = LoadBalancingLoss.of(choices.all, on: cpu)
      parts = (loss, balance)
      return cpu.add(loss, cpu.scale(balance, by: 0.05))
    }
    expectClose(try #require(parts).tokens.toArray(), try expected.tensor("ce_loss").toArray(), "loss of tokens")
    expectClose(try #require(parts).experts.toArray(), try expected.tensor("aux_loss").toArray(), "loss of experts")
    expectClose(total.toArray(), try expected.tensor("loss_total").toArray(), "loss")
    let gradients = model.parameters.compactMap { parameter in
      store[parameter.value].map { (parameter.name, $0) }
    }
    let exported = try checkpoint.exported(gradients)
    let names = expected.tensorNames.filter { $0.hasPrefix("grad.") }
    #expect(!names.isEmpty)
    for name in names {
      let tensor = try #require(exported.first { "grad.\($0.name)" == name }, "no \(name)")
      expectClose(try tensor.float32().toArray(), try expected.tensor(name).toArray(), name)
    }
  }
}

/// What the routers of a pass decided, in the order of the layers.
private final class ObservedChoices: Sendable {
  private let choices = Mutex<[ExpertChoice]>([])

  var all: [ExpertChoice] { choices.withLock { $0 } }

  var observer: ExpertObserver { { _, choice in self.choices.withLock { $0.append(choice) } } }
}
