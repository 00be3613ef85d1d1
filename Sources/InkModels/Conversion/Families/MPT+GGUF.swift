public import InkFormats

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension MPT: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    guard let attention = spec.groupedAttention else { return [] }
    var entries: [(key: String, value: GGUFValue)] = [("attention.max_alibi_bias", .float32(largestBias(attention)))]
    if let clip = attention.clip { entries.append(("attention.clamp_kqv", .float32(clip))) }
    return entries
  }

  /// The smallest slope is two to the minus this, for any number of heads; zero stands for no slopes.
  private static func largestBias(_ attention: GroupedAttentionSpec) -> Float {
    guard case .alibi(let slopes) = attention.position, let smallest = slopes.min() else { return 0 }
    return -log2(smallest)
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "mpt", className: "MPTForCausalLM",
      keys: [
        "vocab_size", "d_model", "n_heads", "n_layers", "max_seq_len", "no_bias", "layer_norm_epsilon",
        "tie_word_embeddings",
      ],
      fixed: [
        ("expansion_ratio", CheckpointForm.number(4)), ("norm_type", .string("low_precision_layernorm")),
        ("learned_pos_emb", .bool(spec.embedding.positions != .none)), ("attn_config", attentionMembers(spec)),
      ])
  }

  private static func attentionMembers(_ spec: DecoderSpec) -> JSONTree {
    guard let attention = spec.groupedAttention else { return .null }
    let isGrouped = attention.keyValueHeads != attention.heads
    let bias = largestBias(attention)
    var members = JSONObject()
    members["attn_type"] = .string(isGrouped ? "grouped_query_attention" : "multihead_attention")
    if isGrouped { members["kv_n_heads"] = CheckpointForm.number(attention.keyValueHeads) }
    members["alibi"] = .bool(bias > 0)
    // The reference library takes a whole number.
    if bias > 0 {
      members["alibi_bias_max"] = Int(exactly: bias).map(CheckpointForm.number) ?? CheckpointForm.number(bias)
    }
    members["clip_qkv"] = attention.clip.map(CheckpointForm.number) ?? .null
    members["qk_ln"] = .bool(attention.queryKeyNorm != .none)
    members["prefix_lm"] = .bool(false)
    members["softmax_scale"] = .null
    return .object(members)
  }
}
