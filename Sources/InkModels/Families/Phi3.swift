public import InkFormats
import InkNN

/// Phi-3, Phi-3.5 mini and Phi-4: the LLaMA layout with query, key and value in one matrix and gate and up in another
/// (Abdin et al., 2024).
public enum Phi3: ModelFamily {
  public static let modelTypes = ["phi3"]
  public static let architectures = ["phi3"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let window =
      configuration.node["sliding_window"].ifPresent == nil
      ? GroupedAttentionSpec.Window.unlimited : .last(try configuration.positive("sliding_window"))
    return try .llamaLayout(
      configuration, windows: Array(repeating: window, count: try configuration.layerCount()),
      biases: try configuration.flag("attention_bias", default: false) ? .all : .none, context: 4096)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    [
      .split("model.layers.*.self_attn.qkv_proj.weight", into: WeightMap.fusedParts(spec, "weight")),
      .gateAndUp("model.layers.*.mlp.gate_up_proj.weight"),
    ] + .llamaNames(spec)
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    [.gateAndUp("blk.*.ffn_up.weight")] + .ggufNames(spec)
  }
}
