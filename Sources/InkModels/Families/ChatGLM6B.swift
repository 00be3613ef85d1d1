import InkFormats
import InkNN
import InkTensor

/// ChatGLM-6B, the first generation (Du et al., 2022, "GLM"; Zeng et al., 2023): blank filling with positions in two
/// dimensions, and a residual that is the normalized input times the root of twice the layers.
enum ChatGLM6B {
  static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let width = try configuration.positive("hidden_size")
    let heads = try configuration.positive("num_attention_heads")
    guard width % heads == 0, width / heads % 4 == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "hidden_size", expected: "\(heads) heads of a width divisible by 4",
        found: "\(width)")
    }
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layernorm_epsilon", default: 1e-5), .present)
    let count = try configuration.layerCount("num_layers")
    let rotary = RotaryEmbedding(width: width / heads, base: 10_000, pairing: .halvesOfHalves)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads, keyValueHeads: heads, headWidth: width / heads, position: .rotary(rotary), biases: .all)),
      feedForward: .plain(
        .geluTanh, width: try configuration.positive("inner_hidden_size", default: 4 * width), .present),
      norm: norm, wiring: .weighted(residual: Float((2 * Double(count)).squareRoot())))
    let vocabulary = try configuration.positive("vocab_size")
    return DecoderSpec(
      vocabulary: vocabulary, width: width, layers: Array(repeating: layer, count: count), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_sequence_length", default: 2048),
      arrangement: .blankFilling(
        start: try token("bos_token_id", default: 130_004, configuration, vocabulary),
        masks: [
          try token("gmask_token_id", default: 130_001, configuration, vocabulary),
          try token("mask_token_id", default: 130_000, configuration, vocabulary),
        ]))
  }

  private static func token(
    _ key: String, default fallback: Int, _ configuration: ModelConfiguration, _ vocabulary: Int
  ) throws(ModelLoadError) -> Int32 {
    let id = try configuration.positive(key, default: fallback)
    guard id < vocabulary else {
      throw ModelLoadError(
        .invalidConfiguration, context: key, expected: "a token below \(vocabulary)", found: "\(id)")
    }
    return Int32(id)
  }

  static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let layer = "transformer.layers.*"
    let heads = spec.groupedAttention?.heads ?? 1
    return [
      .rename("transformer.word_embeddings.weight", to: "embedding.weight"),
      // Query, key and value of a head lie next to each other.
      .split(
        "\(layer).attention.query_key_value.weight", into: WeightMap.fusedParts(spec, "weight"), groups: heads),
      .split("\(layer).attention.query_key_value.bias", into: WeightMap.fusedParts(spec, "bias"), groups: heads),
      .rename("\(layer).attention.dense.{weight,bias}", to: "layers.*.mixer.output.{weight,bias}"),
      .rename("\(layer).mlp.dense_h_to_4h.{weight,bias}", to: "layers.*.feedForward.up.{weight,bias}"),
      .rename("\(layer).mlp.dense_4h_to_h.{weight,bias}", to: "layers.*.feedForward.down.{weight,bias}"),
      .rename("\(layer).input_layernorm.{weight,bias}", to: "layers.*.mixerNorm.{weight,bias}"),
      .rename("\(layer).post_attention_layernorm.{weight,bias}", to: "layers.*.feedForwardNorm.{weight,bias}"),
      .rename("transformer.final_layernorm.{weight,bias}", to: "finalNorm.{weight,bias}"),
      .drop("\(layer).attention.rotary_emb.inv_freq"),
      WeightMap.head(spec, "lm_head.weight"),
    ]
  }
}
