package import InkFormats
import InkNN
package import InkTensor

extension DecoderLM {
  /// Puts a model together from its spec and weights named as the decoder names them.
  ///
  /// - Throws: `missingTensor`, `shapeMismatch` or `unusedTensor`, naming the tensor.
  package init(spec: DecoderSpec, weights source: MappedWeights, cpu: CPU) throws(ModelLoadError) {
    var reader = WeightReader(source: source, cpu: cpu)
    let layout = KeyValueLayout(
      layers: spec.layers.map { layer in
        switch layer.mixer {
        case .grouped(let attention): (attention.keyValueHeads, attention.headWidth, attention.headWidth)
        }
      }, element: try DecoderLM.cacheElement(source))
    self.spec = spec
    self.cacheLayout = layout
    self.embedding = try DecoderLM.embedding(spec, &reader)
    var blocks: [any DecoderBlock] = []
    var rotaries: [RotaryEmbedding] = []
    for (index, layer) in spec.layers.enumerated() {
      let name = "layers.\(index)"
      switch layer.mixer {
      case .grouped(let attention):
        let mixer = try DecoderLM.attention(
          attention, name: "\(name).mixer", width: spec.width, cache: layout.layers[index], &reader)
        if let rotary = mixer.rotary, !rotaries.contains(rotary) { rotaries.append(rotary) }
        blocks.append(
          WiredBlock(
            mixer: mixer,
            feedForward: try DecoderLM.feedForward(
              layer.feedForward, name: "\(name).feedForward", width: spec.width, &reader),
            join: try DecoderLM.join(layer, name: name, width: spec.width, &reader)))
      }
    }
    self.blocks = blocks
    self.rotaries = rotaries
    self.finalNorm = if let norm = spec.finalNorm { try reader.norm("finalNorm", norm, width: spec.width) } else { nil }
    self.head = try DecoderLM.head(spec, embedding: embedding.weight, &reader)
    try reader.requireAllTaken()
  }

  /// The cache is as precise as the weights: f32 where a matrix is, half precision where all are rounded already.
  private static func cacheElement(_ source: MappedWeights) throws(ModelLoadError) -> KeyValueLayout.Element {
    for name in source.names {
      let stored: StoredTensor
      do { stored = try source.stored(name) } catch { throw ModelLoadError(error) }
      switch stored.type {
      case .dense(.f32), .dense(.f64): if stored.shape.rank > 1 { return .f32 }
      default: continue
      }
    }
    return .f16
  }

  private static func embedding(_ spec: DecoderSpec, _ reader: inout WeightReader) throws(ModelLoadError) -> Embedding {
    let weight = try reader.matrix("embedding.weight", outputs: spec.vocabulary, inputs: spec.width)
    var positions: PackedMatrix?
    if case .learned(let count) = spec.embedding.positions {
      positions = try reader.matrix("positions.weight", outputs: count, inputs: spec.width)
    }
    let norm =
      if let norm = spec.embedding.norm { try reader.norm("embeddingNorm", norm, width: spec.width) } else {
        Norm?.none
      }
    return Embedding(weight: weight, scale: spec.embedding.scale, positions: positions, norm: norm)
  }

  private static func head(
    _ spec: DecoderSpec, embedding: PackedMatrix, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> Head {
    let projection: Linear
    switch spec.head.weight {
    case .tied: projection = Linear(weight: embedding, bias: nil)
    case .own(let bias):
      projection = try reader.linear("head", outputs: spec.vocabulary, inputs: spec.width, bias: bias)
    }
    return Head(projection: projection, softCap: spec.head.softCap, scale: spec.head.scale)
  }

  private static func attention(
    _ spec: GroupedAttentionSpec, name: String, width: Int, cache: KeyValueLayout.Layer, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> GroupedAttention {
    let inner = spec.heads * spec.headWidth
    let keyInner = spec.keyValueHeads * spec.headWidth
    let inputBias: BiasSpec = spec.biases == .none ? .none : .present
    var norms: GroupedAttention.HeadNorms?
    if let norm = spec.headNorm {
      norms = .init(
        query: try reader.norm("\(name).queryNorm", norm, width: spec.headWidth),
        key: try reader.norm("\(name).keyNorm", norm, width: spec.headWidth))
    }
    var settings = AttentionSettings(scale: spec.scale, softCap: spec.softCap)
    if case .last(let width) = spec.window { settings.mask = .window(width) }
    var rotary: RotaryEmbedding?
    switch spec.position {
    case .none: break
    case .rotary(let embedding): rotary = embedding
    case .alibi(let slopes): settings.slopes = slopes
    }
    return GroupedAttention(
      query: try reader.linear("\(name).query", outputs: inner, inputs: width, bias: inputBias),
      key: try reader.linear("\(name).key", outputs: keyInner, inputs: width, bias: inputBias),
      value: try reader.linear("\(name).value", outputs: keyInner, inputs: width, bias: inputBias),
      output: try reader.linear(
        "\(name).output", outputs: width, inputs: inner, bias: spec.biases == .all ? .present : .none),
      headNorms: norms, heads: spec.heads, keyValueHeads: spec.keyValueHeads, headWidth: spec.headWidth,
      settings: settings, rotary: rotary, cache: cache)
  }

  static func feedForward(
    _ spec: FeedForwardSpec, name: String, width: Int, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> FeedForward {
    switch spec {
    case .plain(let function, let inner, let bias):
      return .plain(
        function, up: try reader.linear("\(name).up", outputs: inner, inputs: width, bias: bias),
        down: try reader.linear("\(name).down", outputs: width, inputs: inner, bias: bias))
    case .gated(let function, let inner, let bias):
      return .gated(
        function, gate: try reader.linear("\(name).gate", outputs: inner, inputs: width, bias: bias),
        up: try reader.linear("\(name).up", outputs: inner, inputs: width, bias: bias),
        down: try reader.linear("\(name).down", outputs: width, inputs: inner, bias: bias))
    }
  }

  private static func join(
    _ layer: LayerSpec, name: String, width: Int, _ reader: inout WeightReader
  ) throws(ModelLoadError) -> WiredBlock.Join {
    func norm(_ part: String, _ reader: inout WeightReader) throws(ModelLoadError) -> Norm {
      try reader.norm("\(name).\(part)", layer.norm, width: width)
    }
    switch layer.wiring {
    case .pre: return .pre(mixer: try norm("mixerNorm", &reader), feedForward: try norm("feedForwardNorm", &reader))
    case .post:
      return .post(mixer: try norm("mixerOutputNorm", &reader), feedForward: try norm("feedForwardOutputNorm", &reader))
    case .sandwich:
      return .sandwich(
        mixer: .init(before: try norm("mixerNorm", &reader), after: try norm("mixerOutputNorm", &reader)),
        feedForward: .init(
          before: try norm("feedForwardNorm", &reader), after: try norm("feedForwardOutputNorm", &reader)))
    case .parallel(.separate):
      return .parallel(mixer: try norm("mixerNorm", &reader), feedForward: try norm("feedForwardNorm", &reader))
    case .parallel(.shared): return .parallelShared(try norm("mixerNorm", &reader))
    }
  }
}
