import InkFormats
import InkNN
import InkTensor

extension DecoderSpec {
  /// Whether queries and keys have norms of their own.
  enum HeadNorms {
    case none
    /// On each head, of the layers' kind (Qwen 3).
    case likeLayers
  }

  /// The layout of LLaMA under the keys of `config.json`: norms before each part, rotary positions, a gated feed-forward
  /// part. What its relatives do otherwise are the arguments.
  ///
  /// - Parameters:
  ///   - windows: what each layer sees; their count is that of the layers.
  ///   - context: the trained length where the configuration does not say.
  static func llamaLayout(
    _ configuration: ModelConfiguration, windows: [GroupedAttentionSpec.Window], biases: GroupedAttentionSpec.Biases,
    feedForwardBias: BiasSpec = .none, headNorms: HeadNorms = .none, pairing: RotaryEmbedding.Pairing = .halves,
    context: Int
  ) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let rotary = try configuration.rotary(width: heads.headWidth, pairing: pairing)
    let norm = NormSpec.rms(epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6))
    let feedForward = FeedForwardSpec.gated(
      try configuration.activation("hidden_act", default: .silu),
      width: try configuration.positive("intermediate_size"), feedForwardBias)
    let layers = windows.map { window in
      LayerSpec(
        mixer: .grouped(
          GroupedAttentionSpec(
            heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
            position: .rotary(rotary), window: window, biases: biases,
            queryKeyNorm: headNorms == .none ? .none : .heads(norm))),
        feedForward: feedForward, norm: norm, wiring: .pre)
    }
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: layers, finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.contextLength(rotary.scaling, default: context))
  }
}
