public import InkFormats
import InkNN
import InkTensor

/// GPT-2: learned positions, layer norms, matrices stored with inputs first (Radford et al., 2019).
public enum GPT2: ModelFamily {
  public static let modelTypes = ["gpt2"]
  public static let architectures = ["gpt2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let width = try configuration.positive("n_embd")
    let heads = try configuration.positive("n_head")
    guard width % heads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "n_embd", expected: "a multiple of \(heads) heads", found: "\(width)")
    }
    for key in ["scale_attn_by_inverse_layer_idx", "reorder_and_upcast_attn"]
    where try configuration.flag(key, default: false) {
      throw ModelLoadError(.unsupported, context: key, expected: "false", found: "true")
    }
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-5), .present)
    let scale: Float? = try configuration.flag("scale_attn_weights", default: true) ? nil : 1
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads, keyValueHeads: heads, headWidth: width / heads, scale: scale, position: .none, biases: .all)),
      feedForward: .plain(
        try configuration.activation("activation_function", default: .geluTanh),
        width: try configuration.positive("n_inner", default: 4 * width), .present),
      norm: norm, wiring: .pre)
    let context = try configuration.positive("n_positions", default: 1024)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount("n_layer")),
      embedding: EmbeddingSpec(positions: .learned(count: context)), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none)),
      contextLength: context)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    // Checkpoints of the bare model leave the first part of the names out.
    WeightMap(["transformer.", ""].flatMap { rules($0) } + [WeightMap.head(spec, "lm_head.weight")])
  }

  private static func rules(_ prefix: String) -> [WeightRule] {
    let layer = "\(prefix)h.*"
    return [
      .rename("\(prefix)wte.weight", to: "embedding.weight"), .rename("\(prefix)wpe.weight", to: "positions.weight"),
      .split("\(layer).attn.c_attn.weight", into: attention("weight"), layout: .inputsFirst),
      .split("\(layer).attn.c_attn.bias", into: attention("bias"), layout: .inputsFirst),
      .transpose("\(layer).attn.c_proj.weight", to: "layers.*.mixer.output.weight"),
      .rename("\(layer).attn.c_proj.bias", to: "layers.*.mixer.output.bias"),
      .transpose("\(layer).mlp.{c_fc,c_proj}.weight", to: "layers.*.feedForward.{up,down}.weight"),
      .rename("\(layer).mlp.{c_fc,c_proj}.bias", to: "layers.*.feedForward.{up,down}.bias"),
      .rename("\(layer).{ln_1,ln_2}.weight", to: "layers.*.{mixerNorm,feedForwardNorm}.weight"),
      .rename("\(layer).{ln_1,ln_2}.bias", to: "layers.*.{mixerNorm,feedForwardNorm}.bias"),
      .rename("\(prefix)ln_f.weight", to: "finalNorm.weight"), .rename("\(prefix)ln_f.bias", to: "finalNorm.bias"),
      // The causal mask, stored by older versions.
      .drop("\(layer).attn.bias"), .drop("\(layer).attn.masked_bias"),
    ]
  }

  private static func attention(_ suffix: String) -> [WeightPart] {
    ["query", "key", "value"].map { WeightPart("layers.*.mixer.\($0).\(suffix)") }
  }
}
