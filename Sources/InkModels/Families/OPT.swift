public import InkFormats
import InkNN
import InkTensor

/// OPT: learned positions from the third row on, biases everywhere (Zhang et al., 2022). The model of 350 million
/// parameters normalizes the sums and projects its embeddings.
public enum OPT: ModelFamily {
  public static let modelTypes = ["opt"]
  public static let architectures: [String] = []

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let width = try configuration.positive("hidden_size")
    guard try configuration.flag("layer_norm_elementwise_affine", default: true) else {
      throw ModelLoadError(
        .unsupported, context: "layer_norm_elementwise_affine", expected: "true", found: "false")
    }
    let isNormBefore = try configuration.flag("do_layer_norm_before", default: true)
    let biases: BiasSpec = try configuration.flag("enable_bias", default: true) ? .present : .none
    let norm = NormSpec.layer(epsilon: 1e-5, .present)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.heads, headWidth: heads.headWidth, position: .none,
          biases: biases == .present ? .all : .none)),
      feedForward: .plain(
        try configuration.activation("activation_function", default: .relu),
        width: try configuration.positive("ffn_dim"), biases),
      norm: norm, wiring: isNormBefore ? .pre : .summed)
    let isFinalNormRemoved = try configuration.flag("_remove_final_layer_norm", default: false)
    let context = try configuration.positive("max_position_embeddings", default: 2048)
    let stored = try configuration.positive("word_embed_proj_dim", default: width)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount()),
      embedding: EmbeddingSpec(
        positions: .learned(count: context, offset: 2), projectedFrom: stored == width ? nil : stored),
      finalNorm: isNormBefore && !isFinalNormRemoved ? norm : nil,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: true) ? .tied : .own(.none)),
      contextLength: context)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(["model.decoder.", "decoder."].flatMap { rules(spec, $0) } + [WeightMap.head(spec, "lm_head.weight")])
  }

  private static func rules(_ spec: DecoderSpec, _ prefix: String) -> [WeightRule] {
    let layer = "\(prefix)layers.*"
    let norms =
      spec.layers.first?.wiring == .pre ? "{mixerNorm,feedForwardNorm}" : "{mixerOutputNorm,feedForwardOutputNorm}"
    return ["weight", "bias"].flatMap { suffix -> [WeightRule] in
      [
        .rename(
          "\(layer).self_attn.{q_proj,k_proj,v_proj,out_proj}.\(suffix)",
          to: "layers.*.mixer.{query,key,value,output}.\(suffix)"),
        .rename("\(layer).{fc1,fc2}.\(suffix)", to: "layers.*.feedForward.{up,down}.\(suffix)"),
        .rename("\(layer).{self_attn_layer_norm,final_layer_norm}.\(suffix)", to: "layers.*.\(norms).\(suffix)"),
        .rename("\(prefix)final_layer_norm.\(suffix)", to: "finalNorm.\(suffix)"),
      ]
    } + [
      .rename("\(prefix)embed_tokens.weight", to: "embedding.weight"),
      .rename("\(prefix)embed_positions.weight", to: "positions.weight"),
      .rename("\(prefix)project_in.weight", to: "embedding.projection.weight"),
      .rename("\(prefix)project_out.weight", to: "head.projection.weight"),
    ]
  }
}
