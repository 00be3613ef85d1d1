public import InkFormats
import InkNN
import InkTensor

/// Gemma 3, text: norms before and after each part, head norms, two rotary bases, most layers with a window (Gemma
/// Team, 2025).
public enum Gemma3: ModelFamily {
  public static let modelTypes = ["gemma3_text"]
  public static let architectures = ["gemma3"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let width = try configuration.positive("hidden_size")
    let norm = NormSpec.rms(
      epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6), gain: Gemma.gain(configuration))
    // GGUF metadata has no key for the divisor. It is the head width, but for the model of 62 layers (27B), where it is
    // the share of the residual stream that falls to a head; llama.cpp tells that model by its layers, and so must we.
    let scale = try configuration.scoreScale(headWidth: heads.headWidth, layersOfLargest: 62)
    let softCap = try configuration.cap("attn_logit_softcapping")
    let feedForward = FeedForwardSpec.gated(
      try configuration.activation("hidden_activation", default: .geluTanh),
      width: try configuration.positive("intermediate_size"), .none)
    let (full, local) = try rotaries(configuration, width: heads.headWidth)
    var layers: [LayerSpec] = []
    for type in try layerTypes(configuration) {
      let attention = GroupedAttentionSpec(
        heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
        scale: scale, position: .rotary(type == .full ? full : local),
        window: type == .full ? .unlimited : .last(try configuration.positive("sliding_window")),
        biases: try configuration.flag("attention_bias", default: false) ? .all : .none, queryKeyNorm: .heads(norm),
        softCap: softCap)
      layers.append(LayerSpec(mixer: .grouped(attention), feedForward: feedForward, norm: norm, wiring: .sandwich))
    }
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width, layers: layers,
      embedding: EmbeddingSpec(scale: Float(Double(width).squareRoot())), finalNorm: norm,
      head: HeadSpec(
        weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none),
        softCap: try configuration.cap("final_logit_softcapping")),
      contextLength: try configuration.positive("max_position_embeddings", default: 131_072))
  }

  private static func layerTypes(
    _ configuration: ModelConfiguration
  ) throws(ModelLoadError) -> [ModelConfiguration.LayerType] {
    let count = try configuration.layerCount()
    if let types = try configuration.layerTypes(count: count) { return types }
    let pattern = try configuration.positive("sliding_window_pattern", default: 6)
    return (0..<count).map { ($0 + 1) % pattern == 0 ? .full : .sliding }
  }

  private static func rotaries(
    _ configuration: ModelConfiguration, width: Int
  ) throws(ModelLoadError) -> (full: RotaryEmbedding, local: RotaryEmbedding) {
    let full = try configuration.rotary(width: width, layerType: "full_attention")
    if try configuration.section("rope_parameters")?.section("sliding_attention") != nil {
      return (full, try configuration.rotary(width: width, layerType: "sliding_attention"))
    }
    let base = try configuration.number("rope_local_base_freq", default: 10_000)
    return (full, RotaryEmbedding(width: width, base: base))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    .llamaNames(spec, norms: WeightMap.sandwichNorms)
  }
}
