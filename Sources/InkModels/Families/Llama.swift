public import InkFormats
import InkNN

/// LLaMA 1 to 3 and the checkpoints that share its layout (Touvron et al., 2023); Mistral adds a sliding window.
public enum Llama: ModelFamily {
  public static let modelTypes = ["llama", "mistral"]
  public static let architectures = ["llama"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let window =
      configuration.node["sliding_window"].ifPresent == nil
      ? GroupedAttentionSpec.Window.unlimited : .last(try configuration.positive("sliding_window"))
    return try .llamaLayout(
      configuration, windows: Array(repeating: window, count: try configuration.layerCount()),
      biases: try biases(configuration),
      feedForwardBias: try configuration.flag("mlp_bias", default: false) ? .present : .none,
      // GGUF files store query and key rows in the order of the original checkpoints, neighbours turned together.
      pairing: configuration.container == .gguf ? .neighbours : .halves, context: 2048)
  }

  private static func biases(
    _ configuration: ModelConfiguration
  ) throws(ModelLoadError) -> GroupedAttentionSpec.Biases {
    if try configuration.flag("attention_bias", default: false) { return .all }
    // GGUF files of InternLM 3 are of this architecture.
    let hasInputs = try configuration.container == .gguf ? configuration.flag("qkv_bias", default: false) : false
    return hasInputs ? .inputs : .none
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
