import InkTensor

/// The perturbations of a batch that is used several times (Shafahi et al., 2019, "Adversarial Training for Free!").
struct FreeAttack: Sendable {
  /// The most that an element of an embedding is moved by, and a step's size.
  let epsilon: Float
  /// One for each part of the batch: none at the first use.
  private var perturbations: [Int: Tensor] = [:]

  init(epsilon: Float) { self.epsilon = epsilon }

  /// What the embeddings of a part are moved by, [rows, width].
  func perturbation(of part: Int, _ shape: Shape) -> Tensor {
    perturbations[part] ?? Tensor([Float](repeating: 0, count: shape.elementCount), shape: shape)
  }

  /// Moves a perturbation along the signs of its gradient.
  mutating func move(_ part: Int, from current: Tensor, along gradient: Tensor) {
    let moved = zip(current.toArray(), gradient.toArray()).map { element, slope in
      let step: Float = slope > 0 ? epsilon : slope < 0 ? -epsilon : 0
      return min(max(element + step, -epsilon), epsilon)
    }
    perturbations[part] = Tensor(moved, shape: current.shape)
  }
}

extension GradientPass {
  /// Adds the gradients of all parts to the store, at the perturbations of a batch that is used several times, and moves
  /// those.
  ///
  /// - Returns: the loss, which is the clean one at the first use.
  func run(
    _ parts: [Model.Batch], first: Int, weight: Double, step: Int, attack: inout FreeAttack
  ) throws(TrainingError) -> Double {
    var moving = attack
    defer { attack = moving }
    return try sum(parts.indices) { (index, store) throws(TrainingError) in
      let moment = TrainingMoment(seed: seed, step: step, part: first + index)
      let moved = moving.perturbation(of: index, model.embeddingShape(of: parts[index])).asParameter()
      let both = GradientStore(of: model.parameters.map(\.value) + [moved])
      let loss = try pass(parts[index], share: 1 / weight, moment: moment, perturbation: moved, into: both)
      add(both, to: store)
      if let gradient = both[moved] { moving.move(index, from: moved, along: gradient) }
      return loss
    }
  }
}
