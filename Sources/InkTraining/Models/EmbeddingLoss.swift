package import InkTensor

/// What is demanded of the vectors of texts, computed.
///
/// All but the Euclidean triplets see directions alone. What compares the texts of a batch with each other has no term
/// for each of them; its value is that of the batch, times the number of texts.
package struct EmbeddingLoss: Sendable, Hashable {
  /// The vectors of a batch.
  package struct Vectors: Sendable {
    /// [anchors, width]
    package let anchors: Tensor
    /// Of each anchor the partner. // [anchors, width]
    package let partners: Tensor
    /// Those of the first anchor first. // [negatives, width]
    package let negatives: Tensor?
    /// How many negatives each anchor has.
    package let negativeCounts: [Int]
    /// How alike anchors and partners are; empty where that is not known.
    package let scores: [Float]

    package init(
      anchors: Tensor, partners: Tensor, negatives: Tensor? = nil, negativeCounts: [Int] = [], scores: [Float] = []
    ) {
      self.anchors = anchors
      self.partners = partners
      self.negatives = negatives
      self.negativeCounts = negativeCounts
      self.scores = scores
    }
  }

  /// What is demanded.
  package let kind: EmbeddingObjective.Loss

  package init(_ kind: EmbeddingObjective.Loss) { self.kind = kind }

  /// The loss: a mean over the anchors, times `share` for each of them.
  ///
  /// - Throws: `data` for vectors without the scores or the negatives that the loss needs.
  package func callAsFunction(_ vectors: Vectors, share: Double, on cpu: CPU) throws(TrainingError) -> Tensor {
    switch kind {
    case .inBatch(let scale), .simcse(let scale): return contrast(vectors, scale: scale, share: share, on: cpu)
    case .cosent(let scale):
      let cosines = cpu.rowDots(cpu.normalizeRows(vectors.anchors), cpu.normalizeRows(vectors.partners))
      return try order(cosines, vectors, scale: scale, share: share, on: cpu)
    case .angle(let scale):
      guard vectors.anchors.shape[1] % 2 == 0 else {
        throw TrainingError(
          .unsupported, context: "objective.loss: angle", expected: "vectors with an even number of elements",
          found: "\(vectors.anchors.shape[1])")
      }
      let angles = cpu.rowAngles(cpu.normalizeRows(vectors.anchors), cpu.normalizeRows(vectors.partners))
      return try order(angles, vectors, scale: scale, share: share, on: cpu)
    case .triplet(let margin, let distance):
      return try triplets(vectors, margin: margin, distance: distance, share: share, on: cpu)
    }
  }

  /// Each anchor has to find its partner among the partners and the negatives of all (Henderson et al., 2017).
  private func contrast(_ vectors: Vectors, scale: Double, share: Double, on cpu: CPU) -> Tensor {
    let anchors = cpu.normalizeRows(vectors.anchors)
    let candidates = [vectors.partners] + [vectors.negatives].compactMap { $0 }
    let others = cpu.normalizeRows(candidates.count == 1 ? candidates[0] : cpu.joinRows(candidates))
    let count = anchors.shape[0]
    return cpu.crossEntropy(
      anchors, weight: .dense(others), targets: (0..<count).map { Int32($0) },
      rowWeights: Array(repeating: Float(share), count: count), settings: CrossEntropySettings(scale: Float(scale))
    ).loss
  }

  private func order(
    _ likeness: Tensor, _ vectors: Vectors, scale: Double, share: Double, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let count = likeness.elementCount
    guard vectors.scores.count == count else {
      throw TrainingError(
        .data, context: "objective.loss", expected: "a score for each pair of texts",
        found: "\(vectors.scores.count) for \(count)")
    }
    return cpu.pairOrder(
      likeness, order: vectors.scores, scale: Float(scale), weight: Float(share * Double(count)))
  }

  private func triplets(
    _ vectors: Vectors, margin: Double, distance: EmbeddingObjective.Distance, share: Double, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let counts = vectors.negativeCounts
    guard let negatives = vectors.negatives, counts.count == vectors.anchors.shape[0],
      counts.allSatisfy({ $0 > 0 }), counts.reduce(0, +) == negatives.shape[0]
    else {
      throw TrainingError(
        .data, context: "objective.loss: triplet", expected: "a text that does not belong to it for each text",
        found: "none")
    }
    // A row for each negative; those of an anchor count together as one.
    let rows = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    let weights = counts.flatMap { Array(repeating: Float(share / Double($0)), count: $0) }
    let apart: Tensor
    switch distance {
    case .cosine:
      let (a, p, n) = (
        cpu.normalizeRows(vectors.anchors), cpu.normalizeRows(vectors.partners), cpu.normalizeRows(negatives)
      )
      let near = cpu.pickRows(rows, of: cpu.rowDots(a, p).reshaped([counts.count, 1]))
      let far = cpu.rowDots(cpu.pickRows(rows, of: a), n).reshaped([rows.count, 1])
      apart = cpu.add(far, cpu.scale(near, by: -1))
    case .euclidean:
      let near = cpu.pickRows(
        rows, of: cpu.rowDistances(vectors.anchors, vectors.partners).reshaped([counts.count, 1]))
      let far = cpu.rowDistances(cpu.pickRows(rows, of: vectors.anchors), negatives).reshaped([rows.count, 1])
      apart = cpu.add(near, cpu.scale(far, by: -1))
    }
    return cpu.hingeSum(cpu.shift(apart, by: Float(margin)), weights: weights)
  }
}
