package import InkData
package import InkModels
package import InkNN
package import InkTensor

/// A decoder that learns the next token.
package struct CausalDecoder: TrainedModel {
  /// What is varied of the loss and of the pass.
  package struct Settings: Sendable, Hashable {
    /// The share of the loss that is the mean over the vocabulary.
    package var labelSmoothing: Float = 0
    /// Multiplies the squared logarithm of the softmax's denominator.
    package var zLoss: Float = 0
    /// Multiplies the loss that spreads tokens over experts.
    package var expertBalance: Float = 0
    /// Multiplies the loss that keeps the logits of routers small.
    package var routerZLoss: Float = 0
    /// The size of the noise on embeddings: uniform, within `noise / sqrt(length * width)` (Jain et al., 2023, "NEFTune").
    package var noise: Float?
    /// The share of embeddings, and of what layers add, that falls in training.
    package var dropout: Float = 0
    package var activations = ActivationMemory.kept

    package init() {}
  }

  package let model: DecoderLM
  package let parameters: [Parameter]
  package let settings: Settings
  /// The adapter that is trained, if its virtual tokens stand before every sequence.
  package let adapter: AdapterName?
  package let ranks: RankSchedule?

  /// A model.
  ///
  /// - Parameters:
  ///   - parameters: the weights that change, of the model or of adapters in it.
  ///   - ranks: the modules of the adapter whose ranks are given out.
  package init(
    model: DecoderLM, parameters: [Parameter], settings: Settings, adapter: AdapterName? = nil,
    ranks: RankSchedule? = nil
  ) {
    self.adapter = adapter
    self.ranks = ranks
    self.model = model
    self.parameters = parameters
    self.settings = settings
  }

  package func embeddingShape(of batch: CausalBatch) -> Shape { [batch.tokens.count, model.spec.width] }

  /// Six for each weight and token, and twelve for each layer, pair of token and key, and element of the width (Chowdhery
  /// et al., 2022, appendix B); two thirds of the former for weights that stay.
  package func operations(of batch: CausalBatch) -> Double {
    let trained = parameters.reduce(0) { $0 + $1.value.elementCount }
    let all = max(model.spec.matrixElementsPerToken, trained)
    let products = Double(batch.tokens.count) * (4 * Double(all) + 2 * Double(trained))
    let pairs = batch.lengths.reduce(0.0) { $0 + Double($1) * Double($1) / 2 }
    return products + 12 * Double(model.spec.layers.count) * Double(model.spec.width) * pairs
  }

  package func loss(
    of batch: CausalBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Tensor {
    let guidesRouters = settings.expertBalance > 0 || settings.routerZLoss > 0
    let routers = guidesRouters && moment.purpose == .training ? ObservedChoices() : nil
    let (hidden, layout) = hiddenStates(
      of: batch, moment: moment, perturbation: perturbation, experts: routers?.observer, on: cpu)
    let loss = model.loss(
      of: hidden, targets: layout.spread(batch.targets, filler: 0),
      weights: layout.spread(batch.weights.map { Float(Double($0) * share) }, filler: 0),
      labelSmoothing: settings.labelSmoothing, zLoss: settings.zLoss, on: cpu
    ).loss
    guard let routers else { return loss }
    // A part of a batch counts by its share of what carries loss.
    let part = Float(batch.weights.reduce(0) { $0 + Double($1) } * share)
    let counted = layout.spread(batch.tokens.map { _ in true }, filler: false)
    return cpu.add(loss, cpu.scale(guidance(of: routers.all, counted: counted, on: cpu), by: part))
  }

  /// What routers are to heed, [1].
  private func guidance(of choices: [ExpertChoice], counted: [Bool], on cpu: CPU) -> Tensor {
    let balance = cpu.scale(LoadBalancingLoss.of(choices, counted: counted, on: cpu), by: settings.expertBalance)
    guard settings.routerZLoss > 0 else { return balance }
    return cpu.add(balance, cpu.scale(RouterZLoss.of(choices, counted: counted, on: cpu), by: settings.routerZLoss))
  }

  package func predictions(
    of batch: CausalBatch, share: Double, moment: TrainingMoment, perturbation: Tensor?, on cpu: CPU
  ) throws(TrainingError) -> Predictions {
    let (hidden, layout) = hiddenStates(of: batch, moment: moment, perturbation: perturbation, on: cpu)
    let weights = layout.spread(batch.weights.map { Float(Double($0) * share) }, filler: 0)
    let rows = weights.indices.filter { weights[$0] != 0 }
    let picked = rows.count == weights.count ? hidden : cpu.pickRows(rows, of: hidden)
    return Predictions(logits: model.logits(of: picked, on: cpu), weights: rows.map { weights[$0] })
  }

  private func hiddenStates(
    of batch: CausalBatch, moment: TrainingMoment, perturbation: Tensor?, experts: ExpertObserver? = nil, on cpu: CPU
  ) -> (Tensor, VirtualLayout) {
    let layout = VirtualLayout(
      lengths: batch.lengths, virtualTokens: adapter.map { model.virtualTokenCount(of: $0) } ?? 0, of: adapter)
    let segments = zip(layout.sequences, batch.prefixLengths).map { rows, prefix in
      AttentionSegment(wholeSequence: rows, arrangement: prefix == 0 ? .causal : .prefix(prefix + layout.count))
    }
    let noise = noise(of: batch, moment: moment)
    let moved: Tensor? =
      switch (noise, perturbation) {
      case (nil, let other), (let other, nil): other
      case (let noise?, let other?): cpu.add(noise, other)
      }
    let hidden = model.hiddenStates(
      tokens: layout.spread(batch.tokens, filler: 0), segments: segments, virtual: layout.virtual, experts: experts,
      perturbation: moved.map { layout.spread($0, on: cpu) },
      noise: moment.noise, dropout: moment.dropout(settings.dropout),
      activations: settings.activations, on: cpu)
    return (hidden, layout)
  }

  /// The noise on embeddings, [tokens, width]; nil where the settings name none.
  package func noise(of batch: CausalBatch, moment: TrainingMoment) -> Tensor? {
    guard let noise = settings.noise, moment.purpose == .training else { return nil }
    let width = model.spec.width
    let stream = moment.stream("neftune")
    var elements: [Float] = []
    elements.reserveCapacity(batch.tokens.count * width)
    for length in batch.lengths {
      let bound = Double(noise) / Double(length * width).squareRoot()
      for _ in 0..<length * width {
        elements.append(Float(bound * (2 * stream.uniform(at: UInt64(elements.count)) - 1)))
      }
    }
    return Tensor(elements, shape: [batch.tokens.count, width])
  }
}
