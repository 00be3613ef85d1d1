public import InkFormats
import InkNN
import InkTensor

/// BLOOM: slopes instead of positions, a norm after the embedding, biases everywhere (BigScience, 2022).
public enum Bloom: ModelFamily {
  public static let modelTypes = ["bloom"]
  public static let architectures = ["bloom"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let widthKey = configuration.spelling("hidden_size", "n_embed")
    let heads = try configuration.heads(
      count: configuration.spelling("n_head", "num_attention_heads"), width: widthKey)
    let width = try configuration.positive(widthKey)
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-5), .present)
    let isResidualNormalized = try configuration.flag("apply_residual_connection_post_layernorm", default: false)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.heads, headWidth: heads.headWidth,
          position: .alibi(slopes: AlibiSlopes.slopes(heads: heads.heads)), biases: .all)),
      feedForward: .plain(.geluTanh, width: 4 * width, .present), norm: norm,
      wiring: isResidualNormalized ? .weighted(residual: 1) : .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(
        repeating: layer, count: try configuration.layerCount(configuration.spelling("n_layer", "num_hidden_layers"))),
      embedding: EmbeddingSpec(norm: norm), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none)),
      contextLength: try configuration.positive(
        configuration.spelling("seq_length", "max_position_embeddings"), default: 2048))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    // Checkpoints of the bare model leave the first part of the names out.
    WeightMap(["transformer.", ""].flatMap { rules(spec, $0) } + [WeightMap.head(spec, "lm_head.weight")])
  }

  private static func rules(_ spec: DecoderSpec, _ prefix: String) -> [WeightRule] {
    let embedding = [
      ("word_embeddings", "embedding"), ("word_embeddings_layernorm", "embeddingNorm"), ("ln_f", "finalNorm"),
    ]
    return WeightMap.perHeadLayout(spec, layer: "\(prefix)h.*", attention: "self_attention")
      + embedding.map { .rename("\(prefix)\($0).{weight,bias}", to: "\($1).{weight,bias}") }
  }
}

extension WeightMap {
  /// A layer of BLOOM, Falcon and GPT-NeoX: a fused projection that holds the queries of a key-value head, its key and
  /// its value next to each other.
  ///
  /// - Parameters:
  ///   - layer: what the names of a layer's tensors begin with, with a `*` for its number.
  ///   - attention: the part's name.
  ///   - norms: the names of the norms of both parts, with a comma between them.
  static func perHeadLayout(
    _ spec: DecoderSpec, layer: String, attention: String,
    norms: String = "input_layernorm,post_attention_layernorm"
  ) -> [WeightRule] {
    let groups = spec.groupedAttention?.keyValueHeads ?? 1
    return ["weight", "bias"].flatMap { suffix -> [WeightRule] in
      [
        .split(
          "\(layer).\(attention).query_key_value.\(suffix)", into: fusedParts(spec, suffix), groups: groups),
        .rename("\(layer).\(attention).dense.\(suffix)", to: "layers.*.mixer.output.\(suffix)"),
        .rename(
          "\(layer).mlp.{dense_h_to_4h,dense_4h_to_h}.\(suffix)", to: "layers.*.feedForward.{up,down}.\(suffix)"),
        .rename(
          "\(layer).{\(norms)}.\(suffix)", to: "layers.*.{mixerNorm,feedForwardNorm}.\(suffix)"),
      ]
    }
  }
}
