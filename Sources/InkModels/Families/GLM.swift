public import InkFormats
import InkNN

/// GLM-4 as the library `transformers` names it (Team GLM, 2024): half of each head turned in pairs of neighbours, biases
/// on query, key and value, gate and up in one matrix. The second generation (`glm4`, 2025) has norms after each part too.
public enum GLM: ModelFamily {
  public static let modelTypes = ["glm", "glm4"]
  public static let architectures = ["glm4"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    var spec = try DecoderSpec.llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: try biases(configuration), pairing: .neighbours, context: 131_072)
    if try configuration.text("model_type") == "glm4" {
      for index in spec.layers.indices { spec.layers[index].wiring = .sandwich }
    }
    return spec
  }

  /// Only the inputs of attention have a bias, whatever the key's name says; GGUF files show it by the tensor.
  private static func biases(
    _ configuration: ModelConfiguration
  ) throws(ModelLoadError) -> GroupedAttentionSpec.Biases {
    switch configuration.container {
    case .huggingFace: return try configuration.flag("attention_bias", default: false) ? .inputs : .none
    case .gguf: return try configuration.flag("qkv_bias", default: false) ? .inputs : .none
    }
  }

  public static func ggufWeights(_ spec: DecoderSpec) -> WeightMap {
    [.gateAndUp("blk.*.ffn_up.weight")] + .ggufNames(spec)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let norms: [WeightRule] = [
      .rename(
        "model.layers.*.{input_layernorm,post_self_attn_layernorm}.weight",
        to: "layers.*.{mixerNorm,mixerOutputNorm}.weight"),
      .rename(
        "model.layers.*.{post_attention_layernorm,post_mlp_layernorm}.weight",
        to: "layers.*.{feedForwardNorm,feedForwardOutputNorm}.weight"),
    ]
    return WeightMap([.gateAndUp("model.layers.*.mlp.gate_up_proj.weight")]) + .llamaNames(spec, norms: norms)
  }
}
