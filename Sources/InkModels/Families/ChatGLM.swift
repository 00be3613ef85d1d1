public import InkFormats
import InkNN
import InkTensor

/// ChatGLM of all generations under their own file names. The first has a file of its own (``ChatGLM6B``); ChatGLM 2, 3
/// and the GLM-4 that was published beside them (Zeng et al., 2023; Team GLM, 2024) are one layout: half of each head turned
/// in pairs of neighbours, few key heads, biases on query, key and value, gate and up in one matrix.
public enum ChatGLM: ModelFamily {
  public static let modelTypes = ["chatglm"]
  public static let architectures = ["chatglm"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    if configuration.container == .huggingFace, try configuration.flag("position_encoding_2d", default: false) {
      return try ChatGLM6B.spec(configuration)
    }
    for (key, supported) in [("apply_residual_connection_post_layernorm", false), ("post_layer_norm", true)]
    where try configuration.flag(key, default: supported) != supported {
      throw ModelLoadError(.unsupported, context: key, expected: "\(supported)", found: "\(!supported)")
    }
    let width = try configuration.positive("hidden_size")
    let heads = try configuration.positive("num_attention_heads")
    let headWidth = try configuration.positive("kv_channels", default: max(width / heads, 1))
    let groups =
      try configuration.flag("multi_query_attention", default: false)
      ? try configuration.positive("multi_query_group_num", default: 1) : heads
    guard heads % groups == 0, headWidth % 4 == 0, heads <= ModelConfiguration.largestExtent / headWidth else {
      throw ModelLoadError(
        .invalidConfiguration, context: "multi_query_group_num",
        expected: "a divisor of \(heads) heads, of a width divisible by 4",
        found: "\(groups) groups, heads of \(headWidth)")
    }
    let norm = try norm(configuration)
    let linear = try configuration.flag("add_bias_linear", default: false)
    let inputs = try configuration.flag("add_qkv_bias", default: linear)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads, keyValueHeads: groups, headWidth: headWidth,
          position: .rotary(
            RotaryEmbedding(width: headWidth / 2, base: try rotaryBase(configuration), pairing: .neighbours)),
          biases: linear ? .all : inputs ? .inputs : .none)),
      feedForward: .gated(
        .silu, width: try configuration.positive("ffn_hidden_size"), linear ? .present : .none),
      norm: norm, wiring: .pre)
    let padded = configuration.node["padded_vocab_size"].ifPresent != nil
    return DecoderSpec(
      vocabulary: try configuration.positive(padded ? "padded_vocab_size" : "vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount("num_layers")), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("seq_length", default: 2048))
  }

  private static func norm(_ configuration: ModelConfiguration) throws(ModelLoadError) -> NormSpec {
    let epsilon = try configuration.epsilon("layernorm_epsilon", default: 1e-5)
    return try configuration.flag("rmsnorm", default: true)
      ? .rms(epsilon: epsilon) : .layer(epsilon: epsilon, .present)
  }

  /// Long-context versions multiply the base (`rope_ratio`).
  private static func rotaryBase(_ configuration: ModelConfiguration) throws(ModelLoadError) -> Double {
    let base = try configuration.number("rope_theta", default: 10_000)
    let ratio = try configuration.number("rope_ratio", default: 1)
    guard base > 0, ratio > 0, (base * ratio).isFinite else {
      throw ModelLoadError(
        .invalidConfiguration, context: "rope_ratio", expected: "a positive number", found: "\(ratio)")
    }
    return base * ratio
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    [.gateAndUp("blk.*.ffn_up.weight")] + .ggufNames(spec)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    if case .blankFilling = spec.arrangement { return ChatGLM6B.huggingFaceWeights(spec) }
    let layer = "transformer.encoder.layers.*"
    return [
      .rename("transformer.embedding.word_embeddings.weight", to: "embedding.weight"),
      .split("\(layer).self_attention.query_key_value.weight", into: WeightMap.fusedParts(spec, "weight")),
      .split("\(layer).self_attention.query_key_value.bias", into: WeightMap.fusedParts(spec, "bias")),
      .rename("\(layer).self_attention.dense.{weight,bias}", to: "layers.*.mixer.output.{weight,bias}"),
      .gateAndUp("\(layer).mlp.dense_h_to_4h.weight"), .gateAndUp("\(layer).mlp.dense_h_to_4h.bias", suffix: "bias"),
      .rename("\(layer).mlp.dense_4h_to_h.{weight,bias}", to: "layers.*.feedForward.down.{weight,bias}"),
      .rename("\(layer).input_layernorm.{weight,bias}", to: "layers.*.mixerNorm.{weight,bias}"),
      .rename("\(layer).post_attention_layernorm.{weight,bias}", to: "layers.*.feedForwardNorm.{weight,bias}"),
      .rename("transformer.encoder.final_layernorm.{weight,bias}", to: "finalNorm.{weight,bias}"),
      .drop("transformer.rotary_pos_emb.inv_freq"),
      WeightMap.head(spec, "transformer.output_layer.weight"),
    ]
  }
}
