public import InkFormats
import InkNN
import InkTensor

/// Qwen 3, dense: a norm on each head of queries and keys, no biases (Yang et al., 2025).
public enum Qwen3: ModelFamily {
  public static let modelTypes = ["qwen3"]
  public static let architectures = ["qwen3"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let rotary = try configuration.rotary(width: heads.headWidth)
    let norm = NormSpec.rms(epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6))
    let feedForward = FeedForwardSpec.gated(
      try configuration.activation("hidden_act", default: .silu),
      width: try configuration.positive("intermediate_size"),
      .none)
    let biases: GroupedAttentionSpec.Biases = try configuration.flag("attention_bias", default: false) ? .all : .none
    let windows = try configuration.windows(firstLayer: "max_window_layers")
    let layers = windows.map { window in
      LayerSpec(
        mixer: .grouped(
          GroupedAttentionSpec(
            heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
            position: .rotary(rotary), window: window, biases: biases, headNorm: norm)),
        feedForward: feedForward, norm: norm, wiring: .pre)
    }
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: layers, finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 32_768))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
