import InkFormats
import InkNN
import InkTensor

extension DecoderSpec {
  /// The layout of DeepSeek V2 and V3 under the keys of `config.json`: latent attention, dense layers first, then
  /// experts beside some that every token goes through.
  static func latentLayout(
    _ configuration: ModelConfiguration, rule: ExpertRouter.Rule?, pairing: RotaryEmbedding.Pairing,
    predictionLayers: Int = 0
  ) throws(ModelLoadError) -> DecoderSpec {
    try configuration.requireOff("mlp_bias")
    let norm = NormSpec.rms(epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6))
    let function = try configuration.activation("hidden_act", default: .silu)
    let attention = try configuration.latentAttention(pairing: pairing)
    let dense = FeedForwardSpec.gated(function, width: try configuration.positive("intermediate_size"), .none)
    var sparse = dense
    if let rule {
      sparse = .experts(
        ExpertsSpec(
          router: try configuration.expertRouter(rule),
          width: try configuration.positive("moe_intermediate_size"), function: function,
          shared: try configuration.sharedExperts()))
    }
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: try configuration.sparseLayersBehindDense().map {
        LayerSpec(mixer: .latent(attention), feedForward: $0 ? sparse : dense, norm: norm, wiring: .pre)
      }, finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 2048),
      predictionLayers: predictionLayers)
  }
}
