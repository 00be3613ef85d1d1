public import InkFormats

/// Qwen 3, dense: a norm on each head of queries and keys, no biases (Yang et al., 2025).
public enum Qwen3: ModelFamily {
  public static let modelTypes = ["qwen3"]
  public static let architectures = ["qwen3"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    try .llamaLayout(
      configuration, windows: try configuration.windows(firstLayer: "max_window_layers"),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none, headNorms: .likeLayers,
      context: 32_768)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
