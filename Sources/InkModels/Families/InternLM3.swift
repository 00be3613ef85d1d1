public import InkFormats

/// InternLM 3 (Shanghai AI Laboratory, 2025): the layout of LLaMA with optional biases.
public enum InternLM3: ModelFamily {
  public static let modelTypes = ["internlm3"]
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    // Published files say `qkv_bias` for the inputs of attention and `bias` for everything else; the library that reads
    // them today says `attention_bias` and `mlp_bias`.
    let linear = try configuration.flag("bias", default: false)
    let all = try configuration.flag("attention_bias", default: linear)
    let inputs = try configuration.flag("qkv_bias", default: all)
    guard inputs || !all else {
      throw ModelLoadError(
        .unsupported, context: "qkv_bias", expected: "true where the output projection has a bias", found: "false")
    }
    return try .llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: all ? .all : inputs ? .inputs : .none,
      feedForwardBias: try configuration.flag("mlp_bias", default: linear) ? .present : .none, context: 32_768)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .llamaNames(spec) }
}
