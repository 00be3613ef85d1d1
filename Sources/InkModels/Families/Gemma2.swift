public import InkFormats
import InkNN
import InkTensor

/// Gemma 2: norms before and after each part, every other layer with a window, scores and logits held in a band (Gemma
/// Team, 2024).
public enum Gemma2: ModelFamily {
  public static let modelTypes = ["gemma2"]
  public static let architectures = ["gemma2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let width = try configuration.positive("hidden_size")
    let norm = NormSpec.rms(
      epsilon: try configuration.epsilon("rms_norm_eps", default: 1e-6), gain: Gemma.gain(configuration))
    // GGUF metadata has no key for the divisor. It is the head width, but for the model of 46 layers (27B), where it is
    // the share of the residual stream that falls to a head; llama.cpp tells that model by its layers, and so must we.
    let scale = try configuration.scoreScale(headWidth: heads.headWidth, layersOfLargest: 46)
    let position = GroupedAttentionSpec.Position.rotary(try configuration.rotary(width: heads.headWidth))
    let softCap = try configuration.cap("attn_logit_softcapping")
    let feedForward = FeedForwardSpec.gated(
      try Gemma.activation(configuration), width: try configuration.positive("intermediate_size"), .none)
    var layers: [LayerSpec] = []
    for type in try layerTypes(configuration) {
      let attention = GroupedAttentionSpec(
        heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth, scale: scale,
        position: position,
        window: type == .full ? .unlimited : .last(try configuration.positive("sliding_window", default: 4096)),
        biases: try configuration.flag("attention_bias", default: false) ? .all : .none, softCap: softCap)
      layers.append(LayerSpec(mixer: .grouped(attention), feedForward: feedForward, norm: norm, wiring: .sandwich))
    }
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width, layers: layers,
      embedding: EmbeddingSpec(scale: Float(Double(width).squareRoot())), finalNorm: norm,
      head: HeadSpec(
        weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none),
        softCap: try configuration.cap("final_logit_softcapping")),
      contextLength: try configuration.positive("max_position_embeddings", default: 8192))
  }

  /// The first layer has a window, the second has none, and so on.
  private static func layerTypes(
    _ configuration: ModelConfiguration
  ) throws(ModelLoadError) -> [ModelConfiguration.LayerType] {
    let count = try configuration.layerCount()
    if let types = try configuration.layerTypes(count: count) { return types }
    return (0..<count).map { $0 % 2 == 0 ? .sliding : .full }
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    .llamaNames(spec, norms: WeightMap.sandwichNorms)
  }
}
