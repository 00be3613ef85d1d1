import InkFormats
import InkModels
import InkTensor
import Testing

@Suite struct GoldenGradientTests {
  @Test(
    "Loss and gradients of every weight are the reference's", arguments: ["llama", "gpt2"],
    [ActivationMemory.kept, .recomputed])
  func gradients(name: String, activations: ActivationMemory) throws {
    let golden = GoldenTraining(name)
    let expected = try golden.open("loss_and_grads")
    let rows = try TrainingRows.of(expected)
    let cpu = CPU(threads: 2)
    let checkpoint = try DecoderCheckpoint.open(golden.folder)
    let model = try checkpoint.load(use: .trainingAll, on: cpu)
    let store = GradientStore(of: model.parameters.map(\.value))
    let loss = cpu.valueAndGradient(of: store) { cpu in
      let hidden = model.hiddenStates(
        tokens: rows.tokens, segments: rows.segments, activations: activations, on: cpu)
      return model.loss(of: hidden, targets: rows.targets, weights: rows.weights, on: cpu).loss
    }
    expectClose(loss.toArray(), try expected.tensor("loss").toArray(), "loss")
    let gradients = try model.parameters.map { parameter in
      (parameter.name, try #require(store[parameter.value], "no gradient of \(parameter.name)"))
    }
    let exported = try checkpoint.exported(gradients)
    #expect(exported.count == expected.tensorNames.filter { $0.hasPrefix("grad.") }.count)
    for tensor in exported {
      expectClose(
        try tensor.float32().toArray(), try expected.tensor("grad.\(tensor.name)").toArray(), tensor.name)
    }
  }
}

/// Expects `|a - b| <= 1e-4 + 1e-4 |b|` for every element.
func expectClose(
  _ found: [Float], _ expected: [Float], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what): counts differ", sourceLocation: sourceLocation)
  var worst: Float = 0
  var place = 0
  for (index, (a, b)) in zip(found, expected).enumerated() {
    let excess = abs(a - b) - 1e-4 * abs(b)
    if !(excess <= worst) { (worst, place) = (excess, index) }
  }
  #expect(
    worst <= 1e-4, "\(what): element \(place) is \(found[place]), expected \(expected[place])",
    sourceLocation: sourceLocation)
}
