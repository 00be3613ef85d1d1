public import InkFormats
import InkNN
import InkTensor

/// MPT: slopes instead of positions, most often no biases, sometimes held or normalized projections (MosaicML, 2023).
public enum MPT: ModelFamily {
  public static let modelTypes = ["mpt"]
  public static let architectures = ["mpt"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let attention = if let own = try configuration.section("attn_config") { own } else { configuration }
    let (count, width) = try (configuration.positive("n_heads"), configuration.positive("d_model"))
    let heads = try configuration.heads(count: "n_heads", width: "d_model")
    try attention.requireOff("prefix_lm", "rope")
    let biases: BiasSpec = try configuration.flag("no_bias", default: true) ? .none : .present
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-5), biases)
    if let kind = try configuration.text("norm_type"), !["low_precision_layernorm", "layernorm"].contains(kind) {
      throw ModelLoadError(
        .unsupported, context: "norm_type", expected: "low_precision_layernorm or layernorm",
        found: ModelLoadError.quoted(kind))
    }
    let context = try configuration.positive("max_seq_len", default: 2048)
    let hasSlopes = try attention.flag("alibi", default: true)
    let position: GroupedAttentionSpec.Position =
      hasSlopes
      ? .alibi(
        slopes: AlibiSlopes.slopes(
          heads: count, largestBias: Double(try attention.factor("alibi_bias_max", default: 8)))) : .none
    let hasScale = attention.node["softmax_scale"].ifPresent != nil
    let hasTable = try configuration.flag("learned_pos_emb", default: true)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: count, keyValueHeads: try keyValueHeads(attention, count), headWidth: heads.headWidth,
          scale: hasScale ? try attention.factor("softmax_scale") : nil,
          position: position, biases: biases == .present ? .all : .none,
          queryKeyNorm: try attention.flag("qk_ln", default: false) ? .projection(norm) : .none,
          clip: try clip(attention))),
      // The reference library pays no attention to `expansion_ratio`.
      feedForward: .plain(.geluErf, width: 4 * width, biases), norm: norm, wiring: .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount("n_layers")),
      embedding: EmbeddingSpec(positions: hasTable && !hasSlopes ? .learned(count: context) : .none), finalNorm: norm,
      head: HeadSpec(
        weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none),
        scale: try logitScale(configuration, width: width)),
      contextLength: context)
  }

  private static func keyValueHeads(_ attention: ModelConfiguration, _ heads: Int) throws(ModelLoadError) -> Int {
    let kind = try attention.text("attn_type") ?? "grouped_query_attention"
    switch kind {
    case "multihead_attention": return heads
    case "multiquery_attention": return 1
    case "grouped_query_attention":
      let count = try attention.positive("kv_n_heads", default: heads)
      guard heads % count == 0 else {
        throw ModelLoadError(
          .invalidConfiguration, context: "kv_n_heads", expected: "a divisor of \(heads) heads", found: "\(count)")
      }
      return count
    default:
      throw ModelLoadError(
        .unsupported, context: "attn_type",
        expected: "multihead_attention, multiquery_attention or grouped_query_attention",
        found: ModelLoadError.quoted(kind))
    }
  }

  /// Zero stands for no bounds, like the absence of the key.
  private static func clip(_ attention: ModelConfiguration) throws(ModelLoadError) -> Float? {
    try attention.number("clip_qkv", default: 0) == 0 ? nil : attention.factor("clip_qkv")
  }

  private static func logitScale(_ configuration: ModelConfiguration, width: Int) throws(ModelLoadError) -> Float {
    if case .string("inv_sqrt_d_model")? = configuration.node["logit_scale"].value {
      return 1 / Float(width).squareRoot()
    }
    return try configuration.factor("logit_scale", default: 1)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(["transformer.", ""].flatMap { rules(spec, $0) } + [WeightMap.head(spec, "lm_head.weight")])
  }

  private static func rules(_ spec: DecoderSpec, _ prefix: String) -> [WeightRule] {
    let layer = "\(prefix)blocks.*"
    return ["weight", "bias"].flatMap { suffix -> [WeightRule] in
      [
        .split("\(layer).attn.Wqkv.\(suffix)", into: WeightMap.fusedParts(spec, suffix)),
        .rename("\(layer).attn.out_proj.\(suffix)", to: "layers.*.mixer.output.\(suffix)"),
        .rename("\(layer).attn.{q_ln,k_ln}.\(suffix)", to: "layers.*.mixer.{queryNorm,keyNorm}.\(suffix)"),
        .rename("\(layer).ffn.{up_proj,down_proj}.\(suffix)", to: "layers.*.feedForward.{up,down}.\(suffix)"),
        .rename("\(layer).{norm_1,norm_2}.\(suffix)", to: "layers.*.{mixerNorm,feedForwardNorm}.\(suffix)"),
        .rename("\(prefix)norm_f.\(suffix)", to: "finalNorm.\(suffix)"),
      ]
    } + [
      .rename("\(prefix)wte.weight", to: "embedding.weight"), .rename("\(prefix)wpe.weight", to: "positions.weight"),
    ]
  }
}
