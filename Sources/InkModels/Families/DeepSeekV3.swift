public import InkFormats
import InkNN
import InkTensor

/// DeepSeek V3 and R1: as V2, with sigmoid routers whose bias balances the load, and layers that predict the token after
/// the next (DeepSeek-AI, 2024).
///
/// The published checkpoints store matrices in 8 bits with a scale for each block, `*.weight` beside
/// `*.weight_scale_inv`; the step that joins the two runs on the source before this family's map.
public enum DeepSeekV3: ModelFamily {
  public static let modelTypes = ["deepseek_v3"]
  /// GGUF files name it `deepseek2`, which hands it over.
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    try configuration.require("scoring_func", "sigmoid")
    try configuration.require("topk_method", "noaux_tc")
    let groups = try configuration.expertGroups()
    // GGUF metadata names what is normalized, and nothing else.
    let normalization = try configuration.expertNormalization(default: configuration.container == .huggingFace)
    let pairing: RotaryEmbedding.Pairing =
      try configuration.flag("rope_interleave", default: true) ? .neighbours : .halves
    return try .latentLayout(
      configuration,
      rule: .sigmoidWithBias(
        normalization, groups.map { .largestPair(groups: $0.groups, kept: $0.kept) } ?? .none),
      pairing: pairing,
      predictionLayers: try configuration.predictionLayerCount())
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap { .latentNames(spec) }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap { .ggufLatentNames(spec) }
}
