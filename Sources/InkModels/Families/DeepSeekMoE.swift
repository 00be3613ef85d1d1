public import InkFormats
import InkNN
import InkTensor

/// DeepSeekMoE, the first of DeepSeek's mixtures: LLaMA's attention, many small experts, some for all tokens (Dai et
/// al., 2024).
public enum DeepSeekMoE: ModelFamily {
  public static let modelTypes = ["deepseek"]
  public static let architectures = ["deepseek"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    try configuration.require("scoring_func", "softmax")
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none,
      // As with LLaMA, the converter of GGUF files reorders the rows of queries and keys.
      pairing: configuration.container == .gguf ? .neighbours : .halves, context: 2048)
    guard configuration.hasExperts else { return spec }
    let normalization = try configuration.expertNormalization(default: false)
    let experts = ExpertsSpec(
      router: try configuration.expertRouter(
        .softmax(normalization, .none)),
      width: try configuration.positive("moe_intermediate_size"),
      function: try configuration.activation("hidden_act", default: .silu), shared: try configuration.sharedExperts())
    for (index, isSparse) in try configuration.sparseLayersBehindDense().enumerated() where isSparse {
      spec.layers[index].feedForward = .experts(experts)
    }
    return spec
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(WeightMap.huggingFaceExperts(shared: "shared_experts")) + .llamaNames(spec)
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(WeightMap.ggufExperts()) + .ggufNames(spec)
  }
}

extension ModelConfiguration {
  /// DeepSeek's experts for all tokens, which are one part as wide as all of them.
  func sharedExperts() throws(ModelLoadError) -> ExpertsSpec.Shared {
    let count = try count("n_shared_experts")
    let (width, overflow) = try positive("moe_intermediate_size").multipliedReportingOverflow(by: count)
    guard !overflow, width <= ModelConfiguration.largestExtent else {
      throw ModelLoadError(
        .invalidConfiguration, context: "n_shared_experts",
        expected: "at most \(ModelConfiguration.largestExtent) elements together", found: "\(count) experts")
    }
    return width == 0 ? .none : .always(width: width)
  }
}
