import InkData
import InkFormats
import InkModels
import InkTensor
import InkTokenizers
import InkTraining
import Testing

/// What a recipe adds to the loss of a mixture of experts.
@Suite struct GoldenRouterLossTests {
  private func batch(_ file: SafetensorsFile) throws -> CausalBatch {
    let ids = try file.tensor("input_ids")
    let (values, length) = (ids.toIntegers().map { TokenID($0) }, ids.shape[1])
    return CausalBatch(
      (0..<ids.shape[0]).map { row in
        let tokens = Array(values[row * length..<(row + 1) * length])
        return CausalSample(
          WeightedTokens(tokens: tokens, weights: [Float](repeating: 1, count: length)),
          origin: RecordOrigin(path: "golden", line: row + 1))
      })
  }

  @Test(
    "In training the loss is the reference's with that of experts, whole and in parts; measured it is that of tokens")
  func balance() throws {
    let golden = GoldenTraining("mixtral")
    let expected = try golden.open("loss_and_grads")
    let cpu = CPU(threads: 2)
    let model = try DecoderCheckpoint.open(golden.folder).load(use: .trainingAll, on: cpu)
    var settings = CausalDecoder.Settings()
    settings.expertBalance = 0.05
    let decoder = CausalDecoder(model: model, parameters: model.parameters, settings: settings)
    let batch = try batch(expected)
    func loss(_ moment: TrainingMoment, of share: Double = 1) throws -> [Float] {
      try decoder.loss(of: batch, share: share / batch.lossWeight, moment: moment, perturbation: nil, on: cpu).toArray()
    }
    let total = try expected.tensor("loss_total").toArray()
    expectClose(try loss(TrainingMoment(seed: 1, step: 0, part: 0)), total, "loss in training")
    expectClose(
      try loss(TrainingMoment(seed: 1, step: 0, part: 0), of: 0.5).map { 2 * $0 }, total,
      "a batch that is half of a step")
    expectClose(
      try loss(TrainingMoment(evaluating: 1, part: 0)), try expected.tensor("ce_loss").toArray(), "measured loss")
  }

  @Test("The loss of routers' logits is added too", arguments: [0.0, 0.05])
  func logits(balance: Double) throws {
    let golden = GoldenTraining("mixtral")
    let cpu = CPU(threads: 2)
    let model = try DecoderCheckpoint.open(golden.folder).load(use: .trainingAll, on: cpu)
    let batch = try batch(try golden.open("loss_and_grads"))
    func loss(_ factor: Float) throws -> Float {
      var settings = CausalDecoder.Settings()
      (settings.expertBalance, settings.routerZLoss) = (Float(balance), factor)
      let decoder = CausalDecoder(model: model, parameters: model.parameters, settings: settings)
      return try decoder.loss(
        of: batch, share: 1 / batch.lossWeight, moment: TrainingMoment(seed: 1, step: 0, part: 0), perturbation: nil,
        on: cpu
      ).toArray()[0]
    }
    let (none, one, two) = (try loss(0), try loss(0.5), try loss(1))
    #expect(one > none && abs((two - none) - 2 * (one - none)) < 1e-4 * abs(two))
  }

  @Test("Loss and gradients with both losses of routers have the same bits with 1, 2 and 3 threads")
  func threads() throws {
    let golden = GoldenTraining("mixtral")
    let batch = try batch(try golden.open("loss_and_grads"))
    func bits(_ threads: Int) throws -> [[UInt32]] {
      let cpu = CPU(threads: threads)
      let model = try DecoderCheckpoint.open(golden.folder).load(use: .trainingAll, on: cpu)
      var settings = CausalDecoder.Settings()
      (settings.expertBalance, settings.routerZLoss) = (0.05, 0.01)
      let decoder = CausalDecoder(model: model, parameters: model.parameters, settings: settings)
      let store = GradientStore(of: model.parameters.map(\.value))
      let total = try cpu.valueAndGradient(of: store) { cpu in
        try decoder.loss(
          of: batch, share: 1 / batch.lossWeight, moment: TrainingMoment(seed: 1, step: 0, part: 0), perturbation: nil,
          on: cpu)
      }
      return ([total] + model.parameters.compactMap { store[$0.value] }).map { $0.toArray().map(\.bitPattern) }
    }
    let one = try bits(1)
    #expect(one.count > 1)
    for threads in 2...3 { #expect(try bits(threads) == one) }
  }

  @Test("A model without experts has no loss of routers", arguments: ["expert_balance", "router_z_loss"])
  func without(name: String) throws {
    let run = try TinyRun()
    defer { run.remove() }
    let recipe = try run.recipe(settings: ["\(name)=0.01"])
    guard case .fresh(let config, let deviation) = recipe.model else {
      Issue.record("\(recipe.model)")
      return
    }
    let base = try TrainingBase.fresh(config, deviation: deviation, for: recipe)
    let error = try #require(throws: TrainingError.self) {
      try base.session(for: recipe, language: run.language, on: CPU(threads: 1))
    }
    #expect(error.code == .unsupported && error.context == name)
  }
}
