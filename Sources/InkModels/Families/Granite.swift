public import InkFormats
import InkNN

/// Granite 3: the LLaMA layout with four multipliers, of the embedding, of the dot products, of what a part adds to the
/// residual stream and of the logits (IBM Granite Team, 2024).
public enum Granite: ModelFamily {
  public static let modelTypes = ["granite"]
  public static let architectures = ["granite"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none,
      feedForwardBias: try configuration.flag("mlp_bias", default: false) ? .present : .none,
      // GGUF files store query and key rows as those of LLaMA.
      pairing: configuration.container == .gguf ? .neighbours : .halves, context: 2048)
    let scale = try configuration.factor("attention_multiplier", default: 1)
    let branches = try configuration.factor("residual_multiplier", default: 1)
    for index in spec.layers.indices { spec.layers[index].wiring = .scaled(branches: branches) }
    spec.changeAttention { $0.scale = scale }
    spec.embedding.scale = try configuration.factor("embedding_multiplier", default: 1)
    spec.head.scale = 1 / (try configuration.factor("logits_scaling", default: 1))
    return spec
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
