public import InkFormats
import InkNN
import InkTensor

/// GPT-J: both parts of a layer side by side after one norm, a part of every head turned in pairs of neighbours, a head
/// with a bias (Wang and Komatsuzaki, 2021).
public enum GPTJ: ModelFamily {
  public static let modelTypes = ["gptj"]
  public static let architectures = ["gptj"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads(count: "n_head", width: "n_embd")
    let width = try configuration.positive("n_embd")
    try configuration.requireOff("tie_word_embeddings")
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-5), .present)
    // Without a word about it, 64 elements are turned.
    let rotary = try configuration.rotary(
      width: heads.headWidth, pairing: .neighbours, share: min(64 / Double(heads.headWidth), 1))
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.heads, headWidth: heads.headWidth, position: .rotary(rotary))),
      feedForward: .plain(
        try configuration.activation("activation_function", default: .geluTanh),
        width: try configuration.positive("n_inner", default: 4 * width), .present),
      norm: norm, wiring: .parallel(.shared))
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount("n_layer")), finalNorm: norm,
      head: HeadSpec(weight: .own(.present)), contextLength: try configuration.positive("n_positions", default: 2048))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let attention = ["transformer.", ""].map { prefix in
      WeightRule.rename(
        "\(prefix)h.*.attn.{q_proj,k_proj,v_proj}.weight", to: "layers.*.mixer.{query,key,value}.weight")
    }
    return WeightMap(attention + WeightMap.gptjNames)
  }
}

extension WeightMap {
  /// The names of GPT-J's checkpoints but for query, key and value.
  static let gptjNames: [WeightRule] =
    ["transformer.", ""].flatMap { prefix -> [WeightRule] in
      let layer = "\(prefix)h.*"
      return [
        .rename("\(prefix)wte.weight", to: "embedding.weight"),
        .rename("\(layer).attn.out_proj.weight", to: "layers.*.mixer.output.weight"),
        .rename("\(layer).mlp.{fc_in,fc_out}.weight", to: "layers.*.feedForward.{up,down}.weight"),
        .rename("\(layer).mlp.{fc_in,fc_out}.bias", to: "layers.*.feedForward.{up,down}.bias"),
        .rename("\(layer).ln_1.{weight,bias}", to: "layers.*.mixerNorm.{weight,bias}"),
        .rename("\(prefix)ln_f.{weight,bias}", to: "finalNorm.{weight,bias}"),
        // The causal mask and the angles, stored by older versions.
        .drop("\(layer).attn.bias"), .drop("\(layer).attn.masked_bias"), .drop("\(layer).attn.causal_mask"),
        .drop("\(layer).attn.embed_positions"),
      ]
    } + [.rename("lm_head.{weight,bias}", to: "head.{weight,bias}")]
}
