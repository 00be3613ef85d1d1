import InkTensor

extension GradientPass {
  /// The weights that the attacks on tables move.
  private static var attackedName: String { "embedding.weight" }

  /// FGM and PGD: the table of embeddings is moved along its gradient, and the gradient there is added to the clean one.
  func attackTable(
    _ batch: Model.Batch, share: Double, moment: TrainingMoment, epsilon: Float, alpha: Float, steps: Int,
    into store: GradientStore
  ) throws(TrainingError) -> Double {
    guard let table = model.parameters.first(where: { $0.name == Self.attackedName })?.value else {
      throw TrainingError(
        .unsupported, context: "adversarial", expected: "\"\(Self.attackedName)\" among the trained weights",
        found: "\(model.parameters.count) others",
        hint: "Train the embeddings too, or choose freelb, which attacks the rows of the batch.")
    }
    // The attack follows the gradient of this batch alone, whatever was accumulated before.
    let own = GradientStore(of: model.parameters.map(\.value))
    let loss = try pass(batch, share: share, moment: moment, into: own)
    let clean = cpu.copied(table)
    defer { cpu.copy(clean, into: table) }
    let last = GradientStore(of: model.parameters.map(\.value))
    var gradient = own[table]
    for step in 0..<steps {
      guard let direction = gradient else { break }
      let norm = Float(cpu.squaredNorm([direction]).squareRoot())
      // Nothing is computed where memory is planned, and the norm means nothing then.
      guard cpu.isPlanning || norm > 0 && norm.isFinite else { break }
      cpu.addInPlace(direction, times: alpha / norm, to: table)
      if steps > 1 { project(table, around: clean, within: epsilon) }
      last.clear()
      _ = try pass(batch, share: share, moment: moment, into: last)
      gradient = step + 1 < steps ? last[table] : nil
    }
    add(own, to: store)
    add(last, to: store)
    return loss
  }

  /// Back to the ball of `epsilon` around where the table was.
  private func project(_ table: Tensor, around clean: Tensor, within epsilon: Float) {
    let difference = cpu.copied(table)
    cpu.addInPlace(clean, times: -1, to: difference)
    let norm = Float(cpu.squaredNorm([difference]).squareRoot())
    guard norm > epsilon else { return }
    cpu.copy(clean, into: table)
    cpu.addInPlace(difference, times: epsilon / norm, to: table)
  }

  /// FreeLB: the embeddings of the batch's rows are perturbed step by step; every step's gradient counts alike.
  func attackRows(
    _ batch: Model.Batch, share: Double, moment: TrainingMoment, epsilon: Float, alpha: Float, start: Float, steps: Int,
    into store: GradientStore
  ) throws(TrainingError) -> Double {
    let shape = model.embeddingShape(of: batch)
    let stream = moment.stream("adversarial")
    let bound = start / Float(max(shape.elementCount, 1)).squareRoot()
    var perturbation = Tensor(
      (0..<shape.elementCount).map { bound * Float(2 * stream.uniform(at: UInt64($0)) - 1) }, shape: shape)
    var loss = 0.0
    for _ in 0..<steps {
      let moved = perturbation.asParameter()
      let both = GradientStore(of: model.parameters.map(\.value) + [moved])
      loss += try pass(batch, share: share / Double(steps), moment: moment, perturbation: moved, into: both)
      add(both, to: store)
      guard let gradient = both[moved] else { break }
      let norm = Float(cpu.squaredNorm([gradient]).squareRoot())
      guard norm > 0, norm.isFinite else { break }
      perturbation = cpu.copied(moved)
      cpu.addInPlace(gradient, times: alpha / norm, to: perturbation)
      let size = Float(cpu.squaredNorm([perturbation]).squareRoot())
      if size > epsilon { cpu.scaleInPlace(perturbation, by: epsilon / size) }
    }
    return loss
  }
}
