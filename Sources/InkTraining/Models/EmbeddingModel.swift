package import InkData
package import InkModels
package import InkTensor

/// An encoder that learns vectors which lie near where texts mean alike.
package struct EmbeddingModel: TrainedModel {
  package let body: EncoderBody
  /// What makes a vector of a text's states.
  package let head: SentenceHead
  package let parameters: [Parameter]
  package let loss: EmbeddingLoss

  /// - Parameter parameters: the weights that change.
  package init(body: EncoderBody, head: SentenceHead, parameters: [Parameter], loss: EmbeddingLoss) {
    self.body = body
    self.head = head
    self.parameters = parameters
    self.loss = loss
  }

  package var ranks: RankSchedule? { body.ranks }

  package func operations(of batch: EmbeddingBatch) -> Double {
    body.operations(of: batch.allTexts, trained: parameters.elementCount)
  }

  /// The embeddings of anchors, partners and negatives, one behind the other.
  package func embeddingShape(of batch: EmbeddingBatch) -> Shape { body.embeddingShape(of: batch.allTexts) }

  package func loss(
    of batch: EmbeddingBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let vectors = try vectors(of: batch, moment: moment, perturbation: perturbation, on: cpu)
    return try loss(vectors, share: share, on: cpu)
  }

  /// The loss and, where likeness is known, how well that of the vectors agrees; else how often the partner of a text
  /// is nearest to it among all partners of the batch.
  ///
  /// A set of scored pairs is measured by CoSENT's loss whatever the run demands: most losses can say no more of a pair
  /// than that it belongs together.
  package func evaluation(
    of batches: some Sequence<BatchStep<EmbeddingBatch>>, seed: UInt64, on cpu: CPU
  ) throws(TrainingError) -> Evaluation {
    var mean = WeightedMean()
    var (found, expected) = ([Double](), [Double]())
    var (nearest, count) = (0, 0)
    for batch in batches.lazy.flatMap(\.parts) {
      let moment = TrainingMoment(evaluating: seed, part: 0)
      let vectors = try vectors(of: batch, moment: moment, perturbation: nil, on: cpu)
      let isScored = !vectors.scores.isEmpty
      let own = isScored ? EmbeddingLoss(loss.kind.forScores) : loss
      mean.add(sum: Double(try own(vectors, share: 1, on: cpu).toArray()[0]), weight: batch.lossWeight)
      let (anchors, partners) = (cpu.normalizeRows(vectors.anchors), cpu.normalizeRows(vectors.partners))
      if isScored {
        found += cpu.rowDots(anchors, partners).toArray().map(Double.init)
        expected += vectors.scores.map(Double.init)
      } else {
        let likeness = cpu.matmul(anchors, partners, order: .transposed)
        nearest += likeness.largestColumns.enumerated().count { $0.offset == $0.element }
        count += batch.origins.count
      }
    }
    let measures =
      count > 0
      ? [Measure(.accuracy, Double(nearest) / Double(count))].compactMap { $0 }
      : Correlation.measures(found, expected)
    return Evaluation(loss: mean.value, measures: measures)
  }

  /// All texts go through the encoder together; two that are alike differ by what is dropped of them.
  private func vectors(
    of batch: EmbeddingBatch, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> EmbeddingLoss.Vectors {
    let states = try body.states(of: batch.allTexts, moment: moment, perturbation: perturbation, on: cpu)
    let all = head.vectors(of: states, on: cpu)
    let count = batch.anchors.lengths.count
    return EmbeddingLoss.Vectors(
      anchors: cpu.rows(0..<count, of: all), partners: cpu.rows(count..<2 * count, of: all),
      negatives: all.shape[0] > 2 * count ? cpu.rows(2 * count..<all.shape[0], of: all) : nil,
      negativeCounts: batch.negativeCounts, scores: batch.scores)
  }
}

extension EmbeddingBatch {
  /// Anchors, partners and negatives, one behind the other.
  fileprivate var allTexts: InkData.EncoderInput {
    var all = anchors
    for more in [partners, negatives] {
      all.tokens += more.tokens
      all.typeIDs += more.typeIDs
      all.lengths += more.lengths
    }
    return all
  }
}

extension EmbeddingObjective.Loss {
  /// The loss by which scored pairs are measured.
  fileprivate var forScores: EmbeddingObjective.Loss {
    switch self {
    case .cosent, .angle: self
    case .inBatch(let scale), .simcse(let scale): .cosent(scale: scale)
    case .triplet: .cosent(scale: 20)
    }
  }
}
