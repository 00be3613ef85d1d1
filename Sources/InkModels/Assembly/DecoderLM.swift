package import InkNN
package import InkTensor

/// A decoder-only language model, put together from a spec and its weights.
///
/// The forward pass reads no spec: every choice was made when the parts were built. It serves prompt processing,
/// decoding and batches alike, since a step is a list of rows that belong to sequences.
public struct DecoderLM: Sendable {
  /// What the model was built from.
  public let spec: DecoderSpec
  /// How the pages of its cache are laid out.
  package let cacheLayout: KeyValueLayout
  var embedding: Embedding
  var blocks: [any DecoderBlock]
  var finalNorm: Norm?
  var head: Head
  let rotaries: [RotaryEmbedding]
  /// The weights that may be trained, when the model was loaded for that.
  package let parameters: [Parameter]
  /// The weights of layers that predict tokens after the next one, if the checkpoint has any.
  package let prediction: PredictionWeights?

  /// The adapters that are attached, by their names.
  var adapters: [AdapterName: ModelAdapter]

  /// Token embeddings and what is done to them before the first layer.
  struct Embedding: Sendable {
    let table: EmbeddingTable
    let projection: Linear?
    let scale: Float
    let positions: Positions?
    let norm: Norm?

    /// A learned row for each position, from row `offset` on.
    struct Positions: Sendable {
      let table: Weight
      let offset: Int
    }

    /// The rows of tokens before positions and norms, [tokens, width].
    func rows(of tokens: [Int32], in context: LinearContext) -> Tensor {
      var x = table.rows(tokens.map { Int($0) }, in: context)
      if let projection { x = projection(x, in: context) }
      return scale == 1 ? x : context.cpu.scale(x, by: scale)
    }
  }

  /// The map to logits.
  struct Head: Sendable {
    let input: Linear?
    let projection: Linear
    let rows: HeadRows
    let softCap: Float?
    let scale: Float

    /// What the logit of each token is multiplied with.
    var rowFactors: Tensor? {
      switch rows {
      case .asStored, .normalized: nil
      case .scaled(let factors): factors
      }
    }

    /// The map from hidden states, before the factors.
    func projection(on cpu: CPU) -> Linear {
      switch (rows, projection.weight) {
      case (.normalized, .dense(let tensor)):
        Linear(weight: .dense(cpu.normalizeRows(tensor)), bias: projection.bias, deltas: projection.deltas)
      case (.normalized, .packed), (.asStored, _), (.scaled, _): projection
      }
    }

    /// The logits of rows of hidden states, [rows, vocabulary].
    func logits(of hidden: Tensor, in context: LinearContext) -> Tensor {
      let cpu = context.cpu
      let hidden = if let input { input(hidden, in: context) } else { hidden }
      var logits = projection(on: cpu)(hidden, in: context)
      if let rowFactors { logits = cpu.scaleColumns(logits, by: rowFactors) }
      if scale != 1 { logits = cpu.scale(logits, by: scale) }
      if let softCap { logits = cpu.softCap(logits, cap: softCap) }
      return logits
    }
  }

  /// How long the rows of the head are.
  enum HeadRows: Sendable {
    /// As they are stored.
    case asStored
    /// One: the logit of each token is multiplied with one over the length of its row.
    case scaled(by: Tensor)
    /// One, of rows that training changes.
    case normalized
  }

  /// Observes the residual stream: called with 0 after the embedding, with `i` after block `i`, and with the number of
  /// blocks after the final norm.
  package typealias Observer = (Int, Tensor) -> Void

  /// The shortest length whose sequences are computed as those of the given length: zero for most models, whose
  /// positions do not depend on it.
  package func shortestExtent(computedLike extent: Int) -> Int {
    rotaries.map { $0.shortestExtent(turnedLike: extent) }.max() ?? 0
  }

  /// The residual stream after the last block for every row, [rows, width], normalized.
  ///
  /// - Parameters:
  ///   - tokens: one id a row; ids outside the vocabulary are a programmer's error, the engine checks them.
  ///   - segments: the sequences that the rows belong to; their caches gain these rows.
  ///   - embedded: rows that stand in place of the embeddings of tokens (pictures).
  ///   - adapters: which rows are computed with which adapter.
  ///   - virtual: the rows that are virtual tokens of adapters, in order; their ids do not matter.
  ///   - experts: gets the choice of each layer's router.
  ///   - perturbation: added to the embeddings before positions and norms, [rows, width]: noise or an attack.
  ///   - noise: what drops parts of the inputs of adapters, while they are trained.
  ///   - dropout: what falls of embeddings and layers, in training.
  ///   - activations: what of the layers is kept for the way back, when gradients are recorded.
  package func hiddenStates(
    tokens: [Int32], segments: [AttentionSegment], embedded: [EmbeddedRows] = [], adapters rows: AdapterRows = .all,
    virtual: [VirtualRows] = [], observer: Observer? = nil, experts: ExpertObserver? = nil,
    perturbation: Tensor? = nil, noise: DropoutNoise? = nil, dropout: ResidualDropout? = nil,
    activations: ActivationMemory = .kept, on cpu: CPU
  ) -> Tensor {
    var step = DecoderStep(segments: segments, rotaries: rotaries, adapters: rows, noise: noise, cpu: cpu)
    let prompts = prompts(virtual, on: cpu)
    var x = embed(tokens, embedded, prompts.embedded, perturbation, step: step)
    if let dropout { x = dropout.at("embedding")(x, on: cpu) }
    observer?(0, x)
    for (index, block) in blocks.enumerated() {
      step.dropout = dropout?.at("layers.\(index)")
      if let experts { step.expertObserver = { experts(index, $0) } }
      step.prefixes = prompts.prefixes[index]
      switch activations {
      case .kept: x = block(x, step: step)
      case .recomputed: x = step.recomputing(block, x)
      }
      if index + 1 < blocks.count { observer?(index + 1, x) }
    }
    if let finalNorm { x = finalNorm(x, in: step.linears) }
    observer?(blocks.count, x)
    return x
  }

  /// The logits of rows of hidden states, [rows, vocabulary].
  ///
  /// - Parameter adapters: which of these rows are computed with which adapter.
  package func logits(of hidden: Tensor, adapters rows: AdapterRows = .all, on cpu: CPU) -> Tensor {
    head.logits(of: hidden, in: LinearContext(cpu: cpu, adapters: rows))
  }

  private func embed(
    _ tokens: [Int32], _ embedded: [EmbeddedRows], _ prompts: [(start: Int, rows: Tensor)], _ perturbation: Tensor?,
    step: DecoderStep
  ) -> Tensor {
    let cpu = step.cpu
    var x = embedding.rows(of: tokens, in: step.linears)
    if !embedded.isEmpty { x = EmbeddedRows.replacing(embedded, in: x, on: cpu) }
    if !prompts.isEmpty { x = cpu.replacingRows(of: x, by: prompts) }
    if let perturbation { x = cpu.add(x, perturbation) }
    if let positions = embedding.positions {
      let rows = step.segments.flatMap(\.positions).map { $0 + positions.offset }
      x = cpu.add(x, cpu.gatherRows(rows, of: positions.table))
    }
    if let norm = embedding.norm { x = norm(x, in: step.linears) }
    return x
  }
}
