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
    // The converter of GGUF files adds the one that checkpoints leave out.
    let norm = NormSpec.rms(
      epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6),
      gain: configuration.container == .gguf ? .direct : .minusOne)
    let scalar = try configuration.number(
      "query_pre_attn_scalar", default: unscaledWidth(configuration, heads.headWidth))
    guard scalar > 0, Float(1 / scalar.squareRoot()).isFinite else {
      throw ModelLoadError(
        .invalidConfiguration, context: "query_pre_attn_scalar", expected: "a positive number", found: "\(scalar)")
    }
    let softCap = try configuration.cap("attn_logit_softcapping")
    let feedForward = FeedForwardSpec.gated(
      try configuration.activation("hidden_activation", default: .geluTanh),
      width: try configuration.positive("intermediate_size"), .none)
    let (full, local) = try rotaries(configuration, width: heads.headWidth)
    var layers: [LayerSpec] = []
    for type in try layerTypes(configuration) {
      let attention = GroupedAttentionSpec(
        heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
        scale: Float(1 / scalar.squareRoot()), position: .rotary(type == .full ? full : local),
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

  /// What dot products are divided by the root of when the configuration does not say.
  ///
  /// GGUF metadata has no key for it. It is the head width, but for the model of 62 layers (27B), where it is the share
  /// of the residual stream that falls to a head; llama.cpp tells that model by its layers, and so must we.
  private static func unscaledWidth(
    _ configuration: ModelConfiguration, _ headWidth: Int
  ) throws(ModelLoadError) -> Double {
    guard configuration.container == .gguf, try configuration.layerCount() == 62 else { return Double(headWidth) }
    let width = try configuration.positive("hidden_size")
    return Double(max(width / (try configuration.positive("num_attention_heads")), 1))
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

extension ModelConfiguration {
  /// A band for scores or logits: nil when absent.
  func cap(_ key: String) throws(ModelLoadError) -> Float? {
    guard node[key].ifPresent != nil else { return nil }
    let cap = try number(key)
    // Checked as f32: a cap that rounds to zero or to infinity would make every logit the same or none a number.
    guard Float(cap) > 0, Float(cap).isFinite else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "a positive number", found: "\(cap)")
    }
    return Float(cap)
  }
}
