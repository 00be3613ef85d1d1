public import InkFormats
import InkNN
import InkTensor

/// llama.cpp knows the name `gptj` and computes no such model. Phi's is the same computation once the turned rows of a head
/// lie in halves and attention has biases of zero; checkpoints made of those files are that family's. Files that bear the
/// name have GPT-J's own rows and become its checkpoints.
extension GPTJ: GGUFExchange {
  public static func architecture(_ spec: DecoderSpec) -> String { Phi.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = spec.groupedAttention, case .rotary(let rotary) = attention.position else {
      return Phi.ggufCheckpoint(spec)
    }
    return [
      .permuteRows(
        "blk.*.{attn_q,attn_k}.weight", to: "layers.*.mixer.{query,key}.weight",
        .rotaryHalvesToNeighbours(heads: attention.heads, turned: rotary.width))
    ] + Phi.ggufCheckpoint(spec)
  }

  public static func ggufTensors(_ spec: DecoderSpec) -> [StoredTensor] {
    let zeros = Tensor(Array(repeating: Float(0), count: spec.width), shape: [spec.width])
    return spec.layers.indices.flatMap { layer in
      ["attn_q", "attn_k", "attn_v", "attn_output"].map { StoredTensor(name: "blk.\(layer).\($0).bias", zeros) }
    }
  }

  public static func ggufSpec(_ spec: DecoderSpec) -> DecoderSpec {
    var spec = spec
    spec.changeAttention { $0.biases = .all }
    return spec
  }

  public static func ggufOrigin(_ spec: DecoderSpec) -> WeightMap { ggufWeights(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gptj", className: "GPTJForCausalLM",
      keys: ["n_embd", "n_inner", "n_layer", "n_head", "n_positions", "vocab_size", "layer_norm_epsilon"],
      fixed: [
        ("activation_function", .string("gelu_new")), ("rotary_dim", turnedWidth(spec)),
        ("tie_word_embeddings", .bool(false)),
      ])
  }

  private static func turnedWidth(_ spec: DecoderSpec) -> JSONTree {
    guard let attention = spec.groupedAttention, case .rotary(let rotary) = attention.position else { return .null }
    return CheckpointForm.number(rotary.width)
  }
}
