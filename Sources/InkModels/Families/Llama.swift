public import InkFormats
import InkNN
import InkTensor

/// LLaMA 1 to 3 and the checkpoints that share its layout (Touvron et al., 2023); Mistral adds a sliding window.
public enum Llama: ModelFamily {
  public static let modelTypes = ["llama", "mistral"]
  public static let architectures = ["llama"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    // GGUF files store query and key rows in the order of the original checkpoints, neighbours turned together.
    let rotary = try configuration.rotary(
      width: heads.headWidth, pairing: configuration.container == .gguf ? .neighbours : .halves)
    let window =
      configuration.node["sliding_window"].ifPresent == nil
      ? GroupedAttentionSpec.Window.unlimited : .last(try configuration.positive("sliding_window"))
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
          position: .rotary(rotary), window: window,
          biases: try configuration.flag("attention_bias", default: false) ? .all : .none)),
      feedForward: .gated(
        try configuration.activation("hidden_act", default: .silu),
        width: try configuration.positive("intermediate_size"),
        try configuration.flag("mlp_bias", default: false) ? .present : .none),
      norm: .rms(epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6)), wiring: .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: Array(repeating: layer, count: try configuration.layerCount()), finalNorm: layer.norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 2048))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
