public import InkFormats

/// CodeGen (Nijkamp et al., 2022) and MOSS (Sun et al., 2023): GPT-J with a fused projection, cut as it lay on the four
/// processors of its training.
public enum CodeGen: ModelFamily {
  public static let modelTypes = ["codegen", "moss"]
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let spec = try GPTJ.spec(configuration)
    guard spec.width % shards == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "n_embd", expected: "a multiple of \(shards)", found: "\(spec.width)")
    }
    return spec
  }

  private static let shards = 4

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let attention = ["transformer.", ""].map { prefix in
      // In each group the values lie before the keys.
      WeightRule.split(
        "\(prefix)h.*.attn.qkv_proj.weight",
        into: ["query", "value", "key"].map { WeightPart("layers.*.mixer.\($0).weight") }, groups: shards)
    }
    return WeightMap(attention + WeightMap.gptjNames)
  }
}
