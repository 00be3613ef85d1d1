public import InkFormats
import InkNN
import InkTensor

/// DeepSeek V2 and its Lite form: latent attention, softmax routers, groups of experts (DeepSeek-AI, 2024). GGUF files
/// name V3 so too.
public enum DeepSeekV2: ModelFamily {
  public static let modelTypes = ["deepseek_v2"]
  public static let architectures = ["deepseek2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    if configuration.container == .gguf, try configuration.text("scoring_func") == "sigmoid" {
      return try DeepSeekV3.spec(configuration)
    }
    try configuration.require("scoring_func", "softmax")
    return try .latentLayout(
      configuration, rule: configuration.hasExperts ? try rule(configuration) : nil, pairing: .neighbours,
      predictionLayers: try configuration.predictionLayerCount())
  }

  private static func rule(_ configuration: ModelConfiguration) throws(ModelLoadError) -> ExpertRouter.Rule {
    let normalization = try configuration.expertNormalization(default: false)
    guard configuration.container == .huggingFace else {
      let groups = try configuration.expertGroups()
      return .softmax(normalization, groups.map { .largest(groups: $0.groups, kept: $0.kept) } ?? .none)
    }
    // The published code scales weights that it does not normalize and the others not; newer code never normalizes.
    if normalization == .sumToOne {
      throw ModelLoadError(.unsupported, context: "norm_topk_prob", expected: "false", found: "true")
    }
    switch try configuration.text("topk_method") {
    case nil, "greedy": return .softmax(.none, .none)
    case "group_limited_greedy":
      let groups = try configuration.expertGroups()
      return .softmax(.none, groups.map { .largest(groups: $0.groups, kept: $0.kept) } ?? .none)
    case let name?:
      throw ModelLoadError(
        .unsupported, context: "topk_method", expected: "greedy or group_limited_greedy",
        found: ModelLoadError.quoted(name))
    }
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .latentNames(spec) }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap { .ggufLatentNames(spec) }
}
