public import InkFormats
import InkNN
import InkTensor

/// Qwen, first generation (Bai et al., 2023): the computation of LLaMA with biases on query, key and value, under names and
/// keys of its own.
///
/// Within the trained length its two extensions for longer texts (a base that grows and queries that are scaled by the
/// logarithm of the position) change nothing; beyond it they are not computed, so the context ends there.
public enum Qwen: ModelFamily {
  public static let modelTypes = ["qwen"]
  public static let architectures = ["qwen"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let width = try configuration.positive("hidden_size")
    let heads = try configuration.positive("num_attention_heads")
    let headWidth = try configuration.positive("kv_channels", default: max(width / heads, 1))
    guard headWidth % 2 == 0, heads <= ModelConfiguration.largestExtent / headWidth else {
      throw ModelLoadError(
        .invalidConfiguration, context: "kv_channels", expected: "an even head width", found: "\(headWidth)")
    }
    for key in ["no_bias"] where try configuration.flag(key, default: true) == false {
      throw ModelLoadError(.unsupported, context: key, expected: "true", found: "false")
    }
    let base = try configuration.number("rotary_emb_base", default: 10_000)
    let share = try configuration.number("rotary_pct", default: 1)
    guard base > 0, share == 1 else {
      throw ModelLoadError(
        .unsupported, context: "rotary_emb_base, rotary_pct", expected: "a positive base and heads turned whole",
        found: "\(base) and \(share)")
    }
    // The configuration counts gate and up together.
    let inner = try configuration.positive("intermediate_size")
    let norm = NormSpec.rms(epsilon: try configuration.epsilon("layer_norm_epsilon", default: 1e-6))
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads, keyValueHeads: heads, headWidth: headWidth,
          position: .rotary(RotaryEmbedding(width: headWidth, base: base)), biases: .inputs)),
      feedForward: .gated(.silu, width: max(inner / 2, 1), .none), norm: norm, wiring: .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount()), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("seq_length", default: 8192))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let layer = "transformer.h.*"
    return [
      .rename("transformer.wte.weight", to: "embedding.weight"),
      .split("\(layer).attn.c_attn.weight", into: WeightMap.fusedParts(spec, "weight")),
      .split("\(layer).attn.c_attn.bias", into: WeightMap.fusedParts(spec, "bias")),
      .rename("\(layer).attn.c_proj.weight", to: "layers.*.mixer.output.weight"),
      .rename("\(layer).mlp.{w2,w1,c_proj}.weight", to: "layers.*.feedForward.{gate,up,down}.weight"),
      .rename("\(layer).{ln_1,ln_2}.weight", to: "layers.*.{mixerNorm,feedForwardNorm}.weight"),
      .rename("transformer.ln_f.weight", to: "finalNorm.weight"),
      .drop("transformer.rotary_emb.inv_freq"),
      WeightMap.head(spec, "lm_head.weight"),
    ]
  }
}
