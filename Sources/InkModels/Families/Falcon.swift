public import InkFormats
import InkNN
import InkTensor

/// Falcon: both parts of a layer side by side, few key-value heads (Almazrouei et al., 2023). The models called RW have
/// slopes instead of positions and the parts one after the other.
public enum Falcon: ModelFamily {
  public static let modelTypes = ["falcon", "RefinedWeb", "RefinedWebModel"]
  public static let architectures = ["falcon"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let widthKey = configuration.spelling("hidden_size", "n_embed")
    let width = try configuration.positive(widthKey)
    let heads = try configuration.heads(
      count: configuration.spelling("num_attention_heads", "n_head"),
      keyValues: configuration.spelling("num_kv_heads", "n_head_kv"), width: widthKey)
    let wiring = try wiring(configuration)
    let biases: BiasSpec = try configuration.flag("bias", default: false) ? .present : .none
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-5), .present)
    let position: GroupedAttentionSpec.Position
    if try configuration.flag("alibi", default: false) {
      // The scores are divided by the root of the head width after the slopes were added.
      let root = Float(heads.headWidth).squareRoot()
      position = .alibi(slopes: AlibiSlopes.slopes(heads: heads.heads).map { $0 / root })
    } else {
      position = .rotary(try configuration.rotary(width: heads.headWidth))
    }
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: try keyValueHeads(configuration, heads.heads, heads.keyValueHeads),
          headWidth: heads.headWidth, position: position, biases: biases == .present ? .all : .none)),
      feedForward: .plain(
        try configuration.activation("activation", default: .geluErf),
        width: try configuration.positive(
          configuration.spelling("ffn_hidden_size", "intermediate_size"), default: 4 * width), biases), norm: norm,
      wiring: wiring)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(
        repeating: layer, count: try configuration.layerCount(configuration.spelling("num_hidden_layers", "n_layer"))),
      finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 2048))
  }

  /// Whether this is the architecture of the 40B model; its first release said so by the name of the family.
  private static func isNewArchitecture(_ configuration: ModelConfiguration) throws(ModelLoadError) -> Bool {
    try configuration.flag("new_decoder_architecture", default: configuration.text("model_type") == "RefinedWeb")
  }

  /// Only the new architecture heeds the number of key-value heads.
  private static func keyValueHeads(
    _ configuration: ModelConfiguration, _ heads: Int, _ keyValueHeads: Int
  ) throws(ModelLoadError) -> Int {
    if try isNewArchitecture(configuration) { return keyValueHeads }
    return try configuration.flag("multi_query", default: true) ? 1 : heads
  }

  private static func wiring(_ configuration: ModelConfiguration) throws(ModelLoadError) -> Wiring {
    let isNew = try isNewArchitecture(configuration)
    let norms = try configuration.positive("num_ln_in_parallel_attn", default: isNew ? 2 : 1)
    guard try configuration.flag("parallel_attn", default: true) else {
      if !isNew { return .pre }
      throw ModelLoadError(
        .unsupported, context: "parallel_attn", expected: "true in the new architecture", found: "false")
    }
    switch norms {
    case 1: return .parallel(.shared)
    case 2 where isNew: return .parallel(.separate)
    default:
      throw ModelLoadError(
        .unsupported, context: "num_ln_in_parallel_attn", expected: isNew ? "1 or 2" : "1", found: "\(norms)")
    }
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(["transformer.", ""].flatMap { rules(spec, $0) } + [WeightMap.head(spec, "lm_head.weight")])
  }

  private static func rules(_ spec: DecoderSpec, _ prefix: String) -> [WeightRule] {
    // The new architecture names its two norms by what follows them; the first rule that fits is the one written back.
    let norms: [WeightRule] =
      spec.layers.first?.wiring == .parallel(.separate)
      ? [
        .rename("\(prefix)h.*.{ln_attn,ln_mlp}.weight", to: "layers.*.{mixerNorm,feedForwardNorm}.weight"),
        .rename("\(prefix)h.*.{ln_attn,ln_mlp}.bias", to: "layers.*.{mixerNorm,feedForwardNorm}.bias"),
      ] : []
    return norms + WeightMap.perHeadLayout(spec, layer: "\(prefix)h.*", attention: "self_attention") + [
      .rename("\(prefix)word_embeddings.weight", to: "embedding.weight"),
      .rename("\(prefix)ln_f.{weight,bias}", to: "finalNorm.{weight,bias}"),
      .drop("\(prefix)h.*.self_attention.rotary_emb.inv_freq"),
    ]
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    // A second norm is that of attention; the first one then belongs to the feed-forward part.
    guard spec.layers.first?.wiring == .parallel(.separate) else { return .ggufNames(spec) }
    return [
      .rename("blk.*.{attn_norm_2,attn_norm}.weight", to: "layers.*.{mixerNorm,feedForwardNorm}.weight"),
      .rename("blk.*.{attn_norm_2,attn_norm}.bias", to: "layers.*.{mixerNorm,feedForwardNorm}.bias"),
    ] + .ggufNames(spec)
  }
}
