public import InkFormats
import InkNN
import InkTensor

/// Gemma (Gemma Team, 2024): the layout of LLaMA with norm weights stored as offsets from one, a scaled embedding and
/// a tanh-gated feed-forward part.
public enum Gemma: ModelFamily {
  public static let modelTypes = ["gemma"]
  public static let architectures = ["gemma"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let width = try configuration.positive("hidden_size")
    let norm = NormSpec.rms(
      epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6), gain: gain(configuration))
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
          position: .rotary(try configuration.rotary(width: heads.headWidth)),
          biases: try configuration.flag("attention_bias", default: false) ? .all : .none)),
      feedForward: .gated(
        try activation(configuration), width: try configuration.positive("intermediate_size"), .none),
      norm: norm, wiring: .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount()),
      embedding: EmbeddingSpec(scale: Float(Double(width).squareRoot())), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 8192))
  }

  /// The converter of GGUF files adds the one that checkpoints leave out.
  static func gain(_ configuration: ModelConfiguration) -> NormSpec.Gain {
    switch configuration.container {
    case .huggingFace: .minusOne
    case .gguf: .direct
    }
  }

  /// The activation: the first configurations said `gelu` for what was its tanh form in training.
  static func activation(_ configuration: ModelConfiguration) throws(ModelLoadError) -> ActivationFunction {
    if configuration.node["hidden_activation"].ifPresent != nil {
      return try configuration.activation("hidden_activation")
    }
    let named = try configuration.activation("hidden_act", default: .geluTanh)
    return named == .geluErf ? .geluTanh : named
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
