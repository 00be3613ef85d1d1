public import InkFormats

/// Qwen 2 and 2.5: the LLaMA layout with biases on query, key and value (Yang et al., 2024).
public enum Qwen2: ModelFamily {
  public static let modelTypes = ["qwen2"]
  public static let architectures = ["qwen2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    try .llamaLayout(
      configuration, windows: try configuration.windows(firstLayer: "max_window_layers"), biases: .inputs,
      context: 32_768)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
