public import InkFormats
import InkNN
import InkTensor

/// GPT-NeoX and Pythia: both parts of a layer side by side, each after its own norm, with a quarter of every head turned
/// (Black et al., 2022).
public enum GPTNeoX: ModelFamily {
  public static let modelTypes = ["gpt_neox"]
  public static let architectures = ["gptneox"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-5), .present)
    // GGUF files of the family tell the biases by their tensors like all others.
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.heads, headWidth: heads.headWidth,
          position: .rotary(try configuration.rotary(width: heads.headWidth, share: 0.25)),
          biases: try configuration.flag("attention_bias", default: true) ? .all : .none)),
      feedForward: .plain(
        try configuration.activation("hidden_act", default: .geluErf),
        width: try configuration.positive("intermediate_size"), .present),
      norm: norm,
      wiring: try configuration.flag("use_parallel_residual", default: true) ? .parallel(.separate) : .pre)
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: try configuration.positive("hidden_size"),
      layers: Array(repeating: layer, count: try configuration.layerCount()), finalNorm: norm,
      head: HeadSpec(weight: try configuration.flag("tie_word_embeddings", default: false) ? .tied : .own(.none)),
      contextLength: try configuration.positive("max_position_embeddings", default: 2048))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(["gpt_neox.", ""].flatMap { rules(spec, $0) } + [WeightMap.head(spec, "embed_out.weight")])
  }

  private static func rules(_ spec: DecoderSpec, _ prefix: String) -> [WeightRule] {
    let layer = "\(prefix)layers.*"
    return WeightMap.perHeadLayout(spec, layer: layer, attention: "attention") + [
      .rename("\(prefix)embed_in.weight", to: "embedding.weight"),
      .rename("\(prefix)final_layer_norm.{weight,bias}", to: "finalNorm.{weight,bias}"),
      // The causal mask and the rotary frequencies, stored by older versions.
      .drop("\(layer).attention.bias"), .drop("\(layer).attention.masked_bias"),
      .drop("\(layer).attention.rotary_emb.inv_freq"),
    ]
  }
}
