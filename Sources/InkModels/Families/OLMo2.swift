public import InkFormats
import InkNN

/// OLMo 2: norms after each part instead of before, and norms over all queries and all keys of a token (OLMo Team,
/// 2025).
public enum OLMo2: ModelFamily {
  public static let modelTypes = ["olmo2"]
  public static let architectures = ["olmo2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none, context: 2048)
    for index in spec.layers.indices { spec.layers[index].wiring = .post }
    if let norm = spec.finalNorm { spec.changeAttention { $0.queryKeyNorm = .projection(norm) } }
    return spec
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    .llamaNames(
      spec,
      norms: [
        .rename(
          "model.layers.*.{post_attention_layernorm,post_feedforward_layernorm}.weight",
          to: "layers.*.{mixerOutputNorm,feedForwardOutputNorm}.weight")
      ])
  }
}
