public import InkFormats

/// Aquila and Aquila 2 (BAAI, 2023): the layout of LLaMA.
public enum Aquila: ModelFamily {
  public static let modelTypes = ["aquila"]
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    try .llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()), biases: .none,
      context: 2048)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
