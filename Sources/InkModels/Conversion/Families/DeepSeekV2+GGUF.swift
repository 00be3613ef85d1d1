public import InkFormats
import InkTensor

extension DeepSeekV2: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufLatentCheckpoint(spec) }

  /// The third generation is known by its routers.
  public static func checkpointFamily(_ spec: DecoderSpec, _ model: GGUFModel) -> any GGUFExchange.Type {
    if case .sigmoidWithBias? = spec.experts?.router.rule { return DeepSeekV3.self }
    return DeepSeekV2.self
  }

  static let keys = [
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size",
    "max_position_embeddings", "rms_norm_eps", "rope_theta", "rope_scaling", "tie_word_embeddings", "q_lora_rank",
    "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim", "num_experts_per_tok",
    "moe_intermediate_size", "n_shared_experts", "routed_scaling_factor", "norm_topk_prob", "first_k_dense_replace",
    "num_nextn_predict_layers",
  ]

  /// What both generations say that files have other words for, or none.
  static func members(_ spec: DecoderSpec) -> [(key: String, value: JSONTree)] {
    var members: [(key: String, value: JSONTree)] = [("hidden_act", .string("silu")), ("attention_bias", .bool(false))]
    if case .latent(let attention)? = spec.layers.first?.mixer {
      members.append(("num_key_value_heads", CheckpointForm.number(attention.heads)))
      // Without this one the reference library takes the rank of the largest model.
      if attention.query == .direct { members.append(("q_lora_rank", .null)) }
    }
    if let router = spec.experts?.router { members.append(("n_routed_experts", CheckpointForm.number(router.count))) }
    return members
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    var form = CheckpointForm(
      modelType: "deepseek_v2", className: "DeepseekV2ForCausalLM", keys: keys, fixed: members(spec))
    form.fixed.append(("scoring_func", .string("softmax")))
    switch spec.experts?.router.groups {
    case .largest(let count, let kept)?, .largestPair(let count, let kept)?:
      form.fixed += [
        ("topk_method", .string("group_limited_greedy")), ("n_group", CheckpointForm.number(count)),
        ("topk_group", CheckpointForm.number(kept)),
      ]
    case ExpertRouter.Groups.none?, nil:
      form.fixed += [("topk_method", .string("greedy")), ("n_group", .null), ("topk_group", .null)]
    }
    return form
  }
}
