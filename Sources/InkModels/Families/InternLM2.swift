public import InkFormats
import InkNN

/// InternLM 2 (Cai et al., 2024): the layout of LLaMA with query, key and value in one matrix, group by group.
public enum InternLM2: ModelFamily {
  public static let modelTypes = ["internlm2"]
  public static let architectures = ["internlm2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    try .llamaLayout(
      configuration, windows: Array(repeating: .unlimited, count: try configuration.layerCount()),
      biases: try configuration.flag("bias", default: false) ? .all : .none,
      // The converter of GGUF files turns pairs of halves into pairs of neighbours.
      pairing: configuration.container == .gguf ? .neighbours : .halves, context: 2048)
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let layer = "model.layers.*"
    return [
      .rename("model.tok_embeddings.weight", to: "embedding.weight"),
      fused(spec, "weight"), fused(spec, "bias"),
      .rename("\(layer).attention.wo.weight", to: "layers.*.mixer.output.weight"),
      .rename("\(layer).attention.wo.bias", to: "layers.*.mixer.output.bias"),
      .rename("\(layer).feed_forward.{w1,w3,w2}.weight", to: "layers.*.feedForward.{gate,up,down}.weight"),
      .rename("\(layer).{attention_norm,ffn_norm}.weight", to: "layers.*.{mixerNorm,feedForwardNorm}.weight"),
      .rename("model.norm.weight", to: "finalNorm.weight"),
      .drop("\(layer).attention.rotary_emb.inv_freq"),
      WeightMap.head(spec, "output.weight"),
    ]
  }

  /// Every group of the fused projection holds the query heads of one key head, then that key head, then its value head.
  private static func fused(_ spec: DecoderSpec, _ suffix: String) -> WeightRule {
    .split(
      "model.layers.*.attention.wqkv.\(suffix)", into: WeightMap.fusedParts(spec, suffix),
      groups: spec.groupedAttention?.keyValueHeads ?? 1)
  }
}
