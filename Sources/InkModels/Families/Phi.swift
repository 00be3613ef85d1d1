public import InkFormats
import InkNN
import InkTensor

/// Phi 1, 1.5 and 2: both parts of a layer side by side after one norm, a part of every head turned, biases everywhere
/// (Gunasekar et al., 2023).
public enum Phi: ModelFamily {
  public static let modelTypes = ["phi"]
  public static let architectures = ["phi2"]

  public static func spec(_ configuration: ModelConfiguration) throws(ModelLoadError) -> DecoderSpec {
    let heads = try configuration.heads()
    let width = try configuration.positive("hidden_size")
    try configuration.requireOff("tie_word_embeddings")
    let norm = NormSpec.layer(epsilon: try configuration.epsilon("layer_norm_eps", default: 1e-5), .present)
    let layer = LayerSpec(
      mixer: .grouped(
        GroupedAttentionSpec(
          heads: heads.heads, keyValueHeads: heads.keyValueHeads, headWidth: heads.headWidth,
          position: .rotary(try configuration.rotary(width: heads.headWidth, share: 0.5)), biases: .all,
          queryKeyNorm: try configuration.flag("qk_layernorm", default: false) ? .heads(norm) : .none)),
      feedForward: .plain(
        try configuration.activation("hidden_act", default: .geluTanh),
        width: try configuration.positive("intermediate_size", default: 4 * width), .present),
      norm: norm, wiring: .parallel(.shared))
    return DecoderSpec(
      vocabulary: try configuration.positive("vocab_size"), width: width,
      layers: Array(repeating: layer, count: try configuration.layerCount()), finalNorm: norm,
      head: HeadSpec(weight: .own(.present)),
      contextLength: try configuration.positive("max_position_embeddings", default: 2048))
  }

  public static func huggingFaceWeights(_ spec: DecoderSpec) -> WeightMap {
    let layer = "model.layers.*"
    return WeightMap(
      ["weight", "bias"].flatMap { suffix -> [WeightRule] in
        [
          .rename(
            "\(layer).self_attn.{q_proj,k_proj,v_proj,dense}.\(suffix)",
            to: "layers.*.mixer.{query,key,value,output}.\(suffix)"),
          .rename(
            "\(layer).self_attn.{q_layernorm,k_layernorm}.\(suffix)", to: "layers.*.mixer.{queryNorm,keyNorm}.\(suffix)"
          ),
          .rename("\(layer).mlp.{fc1,fc2}.\(suffix)", to: "layers.*.feedForward.{up,down}.\(suffix)"),
          .rename("\(layer).input_layernorm.\(suffix)", to: "layers.*.mixerNorm.\(suffix)"),
          .rename("model.final_layernorm.\(suffix)", to: "finalNorm.\(suffix)"),
          .rename("lm_head.\(suffix)", to: "head.\(suffix)"),
        ]
      } + [
        .rename("model.embed_tokens.weight", to: "embedding.weight"),
        .drop("\(layer).self_attn.rotary_emb.inv_freq"),
      ])
  }
}
