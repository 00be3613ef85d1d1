import InkTensor

/// How the perturbation is found that moves a model's outputs most (Jiang et al., 2020, "SMART", algorithm 1).
struct SmoothnessAttack {
  /// What the divergence counts beside the loss.
  let weight: Float
  /// The most that an element of an embedding is moved by.
  let epsilon: Float
  /// A step of the ascent.
  let alpha: Float
  /// The deviation of the perturbation that the ascent begins with.
  let deviation: Float
  /// Steps of the ascent.
  let steps: Int

  /// Where the ascent begins.
  func start(_ shape: Shape, _ stream: RandomStream) -> Tensor {
    Tensor((0..<shape.elementCount).map { deviation * Float(stream.normal(at: UInt64($0))) }, shape: shape)
  }

  /// A step along the gradient, each row of it divided by its largest element; what leaves the bound is put back to it.
  func moved(_ perturbation: Tensor, along gradient: Tensor) -> Tensor {
    let width = max(perturbation.shape[-1], 1)
    var elements = perturbation.toArray()
    let slopes = gradient.toArray()
    for row in stride(from: 0, to: elements.count, by: width) {
      let largest = slopes[row..<row + width].reduce(0) { max($0, abs($1)) }
      guard largest > 0, largest.isFinite else { continue }
      for index in row..<row + width {
        elements[index] = min(max(elements[index] + alpha * (slopes[index] / largest), -epsilon), epsilon)
      }
    }
    return Tensor(elements, shape: perturbation.shape)
  }
}

extension GradientPass {
  /// SMART: the loss plus how far the outputs move with the embeddings.
  ///
  /// - Returns: the loss alone.
  func smooth(
    _ batch: Model.Batch, share: Double, moment: TrainingMoment, _ attack: SmoothnessAttack, into store: GradientStore
  ) throws(TrainingError) -> Double {
    let model = model
    let loss = try pass(batch, share: share, moment: moment, into: store)
    let clean = try model.predictions(of: batch, share: share, moment: moment, perturbation: nil, on: cpu)
    var perturbation = attack.start(model.embeddingShape(of: batch), moment.stream("adversarial"))
    for _ in 0..<attack.steps {
      let moved = perturbation.asParameter()
      let own = GradientStore(of: [moved])
      _ = try cpu.valueAndGradient(of: own, keeping: precision) { (cpu) throws(TrainingError) in
        let found = try model.predictions(of: batch, share: 1, moment: moment, perturbation: moved, on: cpu)
        return cpu.symmetricDivergence(clean.logits, found.logits, rowWeights: found.weights)
      }
      guard let gradient = own[moved] else { break }
      perturbation = attack.moved(moved, along: gradient)
    }
    let found = perturbation
    _ = try cpu.valueAndGradient(of: store, keeping: precision) { (cpu) throws(TrainingError) in
      let still = try model.predictions(of: batch, share: share, moment: moment, perturbation: nil, on: cpu)
      let moved = try model.predictions(of: batch, share: share, moment: moment, perturbation: found, on: cpu)
      return cpu.scale(
        cpu.symmetricDivergence(still.logits, moved.logits, rowWeights: still.weights), by: attack.weight)
    }
    return loss
  }
}
