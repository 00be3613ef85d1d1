package import InkData
package import InkTensor

/// Changes the weights of a model step by step. It knows neither files nor recipes.
package struct Trainer<Model: TrainedModel> {
  /// What is trained.
  package let model: Model
  package let cpu: CPU
  /// Steps that were done.
  package private(set) var step = 0
  /// The optimizer with what it remembers.
  package let optimizer: Optimizer
  /// The mean of the weights over the steps, if one is kept.
  package let average: WeightAverage?
  private let settings: TrainerSettings
  private let store: GradientStore
  private let pass: GradientPass<Model>
  private var hasCheckedGradients = false

  /// A trainer at the beginning.
  ///
  /// - Throws: `unsupported` when the model has no weights that are trained; what the optimizer throws.
  package init(model: Model, settings: TrainerSettings, on cpu: CPU) throws(TrainingError) {
    guard !model.parameters.isEmpty else {
      throw TrainingError(
        .unsupported, context: "train", expected: "weights that change", found: "none",
        hint: "The patterns under freeze leave nothing.")
    }
    self.model = model
    self.cpu = cpu
    optimizer = try Optimizer(settings.optimizer, plans: settings.grouping.plans(for: model.parameters))
    self.settings = settings
    store = GradientStore(of: model.parameters.map(\.value))
    pass = GradientPass(
      model: model, store: store, adversarial: settings.adversarial, seed: settings.seed, cpu: cpu)
    average = try settings.average.map { decay throws(TrainingError) in
      try WeightAverage(of: model.parameters, decay: decay, on: cpu)
    }
  }

  /// One step on a batch.
  ///
  /// - Throws: `divergence` when loss or gradient are no numbers, naming the records of the batch; the weights are those
  ///   from before the step then. `unsupported` when a weight that is to be trained gets no gradient.
  package mutating func advance(_ batch: BatchStep<Model.Batch>) throws(TrainingError) -> StepReport {
    guard batch.lossWeight > 0 else {
      throw TrainingError(
        .data, context: "step \(step + 1)", expected: "tokens that carry loss", found: "none in \(place(of: batch))")
    }
    store.clear()
    let rate = settings.schedule.rate(at: step)
    let loss = try pass.run(batch.parts, weight: batch.lossWeight, step: step)
    try checkGradients()
    let gradients = model.parameters.map { store[$0.value] }
    let norm = cpu.squaredNorm(gradients.compactMap { $0 }).squareRoot()
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError(
        .divergence, context: "step \(step + 1)", expected: "finite numbers",
        found: "loss \(loss), gradient norm \(norm) on \(place(of: batch))",
        hint: "Lower the learning rate, lengthen the warm-up, or clip the gradient; look at these records.")
    }
    try optimizer.step(
      gradients: gradients, learningRate: rate, scale: settings.clipping.scale(norm: norm), on: cpu)
    average?.update(on: cpu)
    step += 1
    return StepReport(step: step, loss: loss, learningRate: rate, gradientNorm: norm, tokens: batch.tokenCount)
  }

  /// How the model does on batches, without gradients.
  package func evaluate(_ batches: [BatchStep<Model.Batch>]) throws(TrainingError) -> Evaluation {
    try model.evaluation(of: batches, seed: settings.seed, on: cpu)
  }

  /// Goes on where a checkpoint was written; weights and optimizer are restored by their owners.
  package mutating func resume(at step: Int) { self.step = step }

  /// Weights without a gradient would stay as they are in silence.
  private mutating func checkGradients() throws(TrainingError) {
    guard !hasCheckedGradients else { return }
    hasCheckedGradients = true
    // Experts that no token chose, and what corrects the choice, have none in a step.
    let without = model.parameters.map(\.name).filter { !$0.contains(".experts.") && !$0.hasSuffix(".correction") }
      .filter { name in model.parameters.contains { $0.name == name && store[$0.value] == nil } }
    guard let first = without.first else { return }
    throw TrainingError(
      .unsupported, context: first, expected: "a gradient in the first step",
      found: without.count == 1 ? "none" : "none, and \(without.count - 1) other weights have none",
      hint: "The loss does not depend on it: freeze it, by the pattern \"\(first)\" under train.freeze.")
  }

  /// The records of a batch for a message.
  func place(of batch: BatchStep<Model.Batch>) -> String {
    let origins = batch.origins.map(\.description)
    let shown = origins.prefix(4).joined(separator: ", ")
    return origins.count > 4 ? "\(shown) and \(origins.count - 4) more records" : shown
  }
}
