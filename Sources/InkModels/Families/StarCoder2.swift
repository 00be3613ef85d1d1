public import InkFormats
import InkNN
import InkTensor

/// StarCoder 2: layer norms, biases everywhere, rotary positions, few key-value heads, a window (Lozhkov et al., 2024).
public enum StarCoder2: ModelFamily {
  public static let modelTypes = ["starcoder2"]
  public static let architectures = ["starcoder2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let biases: BiasSpec = try configuration.flag("use_bias", default: true) ? .present : .none
    let norm = NormSpec.layer(
      epsilon: try configuration.epsilon(configuration.spelling("norm_epsilon", "layer_norm_epsilon"), default: 1e-5),
      .present)
    let window =
      configuration.node["sliding_window"].ifPresent == nil
      ? GroupedAttentionSpec.Window.unlimited : .last(try configuration.positive("sliding_window"))
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
          position: .rotary(try configuration.rotary(width: heads.headWidth)), window: window,
          biases: biases == .present ? .all : .none)),
      feedForward: .plain(
        try configuration.activation("hidden_act", default: .geluTanh),
        width: try configuration.positive("intermediate_size"), biases),
      norm: norm, wiring: .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: Array(repeating: layer, count: try configuration.layerCount()), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 4096))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    [
      .rename("model.layers.*.mlp.{c_fc,c_proj}.weight", to: "layers.*.feedForward.{up,down}.weight"),
      .rename("model.layers.*.mlp.{c_fc,c_proj}.bias", to: "layers.*.feedForward.{up,down}.bias"),
    ] + .llamaNames(spec) + WeightMap(WeightMap.preNormBiases)
  }
}

extension WeightMap {
  /// The biases of layer norms under LLaMA's names.
  static let preNormBiases: [WeightRule] = [
    .rename(
      "model.layers.*.{input_layernorm,post_attention_layernorm}.bias",
      to: "layers.*.{mixerNorm,feedForwardNorm}.bias"),
    .rename("model.norm.bias", to: "finalNorm.bias"),
  ]
}
