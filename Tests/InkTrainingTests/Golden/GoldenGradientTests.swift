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

  @Test(
    "With a masked prompt the loss, its smoothed form and the squared normalizer are the reference's",
    arguments: ["llama", "gpt2"])
  func maskedPrompt(name: String) throws {
    let golden = GoldenTraining(name)
    let batch = try golden.open("loss_and_grads")
    let expected = try golden.open("sft")
    let rows = try TrainingRows.of(batch, from: expected)
    let cpu = CPU(threads: 2)
    let checkpoint = try DecoderCheckpoint.open(golden.folder)
    let model = try checkpoint.load(use: .trainingAll, on: cpu)
    let store = GradientStore(of: model.parameters.map(\.value))
    func value(smoothing: Float = 0, zLoss: Float = 0) -> Float {
      store.clear()
      return cpu.valueAndGradient(of: store) { cpu in
        let hidden = model.hiddenStates(tokens: rows.tokens, segments: rows.segments, on: cpu)
        return model.loss(
          of: hidden, targets: rows.targets, weights: rows.weights, labelSmoothing: smoothing, zLoss: zLoss, on: cpu
        ).loss
      }.toArray()[0]
    }
    expectClose([value(smoothing: 0.1)], try expected.tensor("label_smoothing.loss").toArray(), "smoothed loss")
    let both = value(zLoss: 1)
    let loss = value()
    expectClose([loss], try expected.tensor("loss").toArray(), "loss")
    expectClose([both - loss], try expected.tensor("z_loss").toArray(), "squared normalizer")
    try expectGradients(of: model, store, checkpoint, in: expected)
  }

  @Test("Packed documents do not see each other", arguments: ["llama", "gpt2"])
  func packing(name: String) throws {
    let golden = GoldenTraining(name)
    let expected = try golden.open("packing")
    let rows = try TrainingRows.packed(expected)
    let cpu = CPU(threads: 2)
    let checkpoint = try DecoderCheckpoint.open(golden.folder)
    let model = try checkpoint.load(use: .trainingAll, on: cpu)
    let store = GradientStore(of: model.parameters.map(\.value))
    let loss = cpu.valueAndGradient(of: store) { cpu in
      let hidden = model.hiddenStates(tokens: rows.tokens, segments: rows.segments, on: cpu)
      return model.loss(of: hidden, targets: rows.targets, weights: rows.weights, on: cpu).loss
    }
    expectClose(loss.toArray(), try expected.tensor("loss").toArray(), "loss")
    let hidden = model.hiddenStates(tokens: rows.tokens, segments: rows.segments, on: cpu)
    expectClose(
      model.logits(of: hidden, on: cpu).toArray(), try expected.tensor("logits").toArray(), "logits")
    try expectGradients(of: model, store, checkpoint, in: expected)
  }

  /// Compares the gradients that the reference has.
  private func expectGradients(
    of model: DecoderLM, _ store: GradientStore, _ checkpoint: DecoderCheckpoint, in expected: SafetensorsFile
  ) throws {
    let gradients = try model.parameters.map { parameter in
      (parameter.name, try #require(store[parameter.value], "no gradient of \(parameter.name)"))
    }
    var compared = 0
    for tensor in try checkpoint.exported(gradients) {
      guard let other = try? expected.tensor("grad.\(tensor.name)") else { continue }
      expectClose(try tensor.float32().toArray(), other.toArray(), tensor.name)
      compared += 1
    }
    #expect(compared == expected.tensorNames.filter { $0.hasPrefix("grad.") }.count)
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
