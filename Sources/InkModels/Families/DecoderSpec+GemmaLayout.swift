import InkFormats
import InkNN
import InkTensor

extension DecoderSpec {
  /// The layout of Gemma 2 and 3 under the keys of `config.json`: norms before and after each part, most layers with a
  /// window, a scaled embedding. What they do each in their own way are the arguments.
  ///
  /// - Parameters:
  ///   - headNorms: whether queries and keys have norms of their own.
  ///   - rotaries: the rotation of layers that see everything, and that of layers with a window.
  ///   - pattern: every so manieth layer sees everything, where the configuration does not list the layers.
  ///   - window: what other layers see where the configuration does not say; nil to refuse that.
  ///   - layersOfLargest: the layers by which a GGUF file of the largest model is told. Metadata has no key for what
  ///     dot products are divided by: it is the head width, but for that model the share of the residual stream that
  ///     falls to a head. llama.cpp tells that model by its layers, and so must we.
  ///   - context: the trained length where the configuration does not say.
  static func gemmaLayout(
    _ configuration: ModelConfiguration, headNorms: HeadNorms,
    rotaries: (full: RotaryEmbedding, window: RotaryEmbedding),
    pattern: Int, window: Int? = nil, layersOfLargest: Int, context: Int
  ) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let width = try configuration.positive("hidden_size")
    let norm = NormSpec.rms(
      epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6), gain: Gemma.gain(configuration))
    let scale = try configuration.scoreScale(headWidth: heads.headWidth, layersOfLargest: layersOfLargest)
    let softCap = try configuration.cap("attn_logit_softcapping")
    let biases = try configuration.flag("attention_bias", default: false)
    let feedForward = FeedForwardSpec.gated(
      try Gemma.activation(configuration), width: try configuration.positive("intermediate_size"), .none)
    var layers: [LayerSpec] = []
    for type in try configuration.layerTypes(pattern: pattern) {
      let attention = GroupedAttentionSpec(
        heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth, scale: scale,
        position: .rotary(type == .full ? rotaries.full : rotaries.window),
        window: type == .full ? .unlimited : .last(try configuration.positive("sliding_window", default: window)),
        biases: biases ? .all : .none, queryKeyNorm: headNorms == .none ? .none : .heads(norm), softCap: softCap)
      layers.append(LayerSpec(mixer: .grouped(attention), feedForward: feedForward, norm: norm, wiring: .sandwich))
    }
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width, layers: layers,
      embedding: EmbeddingSpec(scale: Float(Double(width).squareRoot())), finalNorm: norm,
      head: HeadSpec(
        weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none),
        softCap: try configuration.cap("final_logit_softcapping")),
      contextLength: try configuration.positive("max_position_embeddings", default: context))
  }
}

extension ModelConfiguration {
  /// The kinds of the layers: listed, or by a pattern in which the last of so many sees everything.
  fileprivate func layerTypes(pattern: Int) throws(ModelLoadError) -> [LayerType] {
    let count = try layerCount()
    if let types = try layerTypes(count: count) { return types }
    let pattern = try positive("sliding_window_pattern", default: pattern)
    return (0..<count).map { ($0 + 1) % pattern == 0 ? .full : .sliding }
  }
}
