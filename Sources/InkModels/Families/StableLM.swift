public import InkFormats
import InkNN
import InkTensor

/// StableLM: the LLaMA layout with layer norms and a part of every head turned (Bellagente et al., 2024).
public enum StableLM: ModelFamily {
  public static let modelTypes = ["stablelm"]
  public static let architectures = ["stablelm"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    try configuration.requireOff("qk_layernorm")
    let norm = NormSpec.layer(
      epsilon: try configuration.epsilon(configuration.spelling("layer_norm_eps", "norm_eps"), default: 1e-5), .present)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
          position: .rotary(try configuration.rotary(width: heads.headWidth, share: 0.25)),
          biases: try configuration.flag("use_qkv_bias", default: false) ? .inputs : .none)),
      feedForward: .gated(
        try configuration.activation("hidden_act", default: .silu),
        width: try configuration.positive("intermediate_size"), .none),
      norm: norm, wiring: try configuration.flag("use_parallel_residual", default: false) ? .parallel(.shared) : .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: Array(repeating: layer, count: try configuration.layerCount()), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 4096))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    .llamaNames(spec) + WeightMap(WeightMap.preNormBiases)
  }
}
