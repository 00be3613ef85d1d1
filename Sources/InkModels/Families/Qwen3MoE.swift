public import InkFormats
import InkNN
import InkTensor

/// Qwen 3 with experts: head norms, no biases, no expert for all tokens (Yang et al., 2025).
public enum Qwen3MoE: ModelFamily {
  public static let modelTypes = ["qwen3_moe"]
  public static let architectures = ["qwen3moe"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let window: GroupedAttentionSpec.Window =
      try configuration.flag("use_sliding_window", default: false)
      ? .last(try configuration.positive("sliding_window", default: 4096)) : .unlimited
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: window, count: try configuration.layerCount()),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none, headNorms: .likeLayers,
      context: 32_768)
    // GGUF files do not say; the published models all have it.
    let normalization = try configuration.expertNormalization(default: configuration.container == .gguf)
    let experts = ExpertsSpec(
      router: try configuration.expertRouter(
        .softmax(normalization, .none)),
      width: try configuration.positive("moe_intermediate_size"),
      function: try configuration.activation("hidden_act", default: .silu))
    for (index, isSparse) in try configuration.sparseLayers().enumerated() where isSparse {
      spec.layers[index].feedForward = .experts(experts)
    }
    return spec
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(WeightMap.huggingFaceExperts(shared: "shared_expert")) + .llamaNames(spec)
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(WeightMap.ggufExperts()) + .ggufNames(spec)
  }
}
