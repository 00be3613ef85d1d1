public import InkFormats
import InkNN
import InkTensor

/// Qwen 1.5 and 2 with experts, and one more for all tokens behind a gate (Yang et al., 2024).
public enum Qwen2MoE: ModelFamily {
  public static let modelTypes = ["qwen2_moe"]
  public static let architectures = ["qwen2moe"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    if try configuration.flag("use_sliding_window", default: false), configuration.node["layer_types"].ifPresent == nil
    {
      throw ModelLoadError(
        .unsupported, context: "use_sliding_window", expected: "the layers that have one in layer_types",
        found: "nothing")
    }
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: try configuration.windows(firstLayer: "max_window_layers"),
      biases: try configuration.flag("qkv_bias", default: true) ? .inputs : .none, context: 32_768)
    let normalization = try configuration.expertNormalization(default: false)
    let experts = ExpertsSpec(
      router: try configuration.expertRouter(
        .softmax(normalization, .none)),
      width: try configuration.positive("moe_intermediate_size"),
      function: try configuration.activation("hidden_act", default: .silu),
      shared: .gated(width: try configuration.positive("shared_expert_intermediate_size")))
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
