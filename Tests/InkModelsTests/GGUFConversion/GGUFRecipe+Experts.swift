import InkFormats
import InkTensor

/// Families with experts and with latent attention.
extension GGUFRecipe {
  /// How the matrices that make keys and values of the compressed vector are stored.
  enum Expansion {
    /// Those of keys transposed and those of values, as newer files do.
    case apart
    /// As the checkpoint does, like older files.
    case together
  }

  /// The name of the stack that a tensor of one expert belongs to, and the expert's number; nil for other tensors.
  static func expert(_ parts: [String]) -> (name: String, expert: Int)? {
    guard let place = parts.firstIndex(of: "experts"), place + 2 < parts.count, let expert = Int(parts[place + 1])
    else {
      return nil
    }
    let kinds = ["gate_proj": "gate", "w1": "gate", "up_proj": "up", "w3": "up", "down_proj": "down", "w2": "down"]
    return kinds[parts[place + 2]].map { ("ffn_\($0)_exps", expert) }
  }

  private static let expertNames: [String: [String]] = [
    "mlp.gate": ["ffn_gate_inp"], "block_sparse_moe.gate": ["ffn_gate_inp"],
    "mlp.shared_expert_gate": ["ffn_gate_inp_shexp"], "mlp.shared_expert.gate_proj": ["ffn_gate_shexp"],
    "mlp.shared_expert.up_proj": ["ffn_up_shexp"], "mlp.shared_expert.down_proj": ["ffn_down_shexp"],
    "mlp.shared_experts.gate_proj": ["ffn_gate_shexp"], "mlp.shared_experts.up_proj": ["ffn_up_shexp"],
    "mlp.shared_experts.down_proj": ["ffn_down_shexp"],
  ]

  private static let latentNames: [String: [String]] = [
    "self_attn.q_a_proj": ["attn_q_a"], "self_attn.q_b_proj": ["attn_q_b"],
    "self_attn.q_a_layernorm": ["attn_q_a_norm"], "self_attn.kv_a_proj_with_mqa": ["attn_kv_a_mqa"],
    "self_attn.kv_a_layernorm": ["attn_kv_a_norm"],
  ]

  static let mixtral = GGUFRecipe(
    architecture: "llama", names: names(expertNames), changes: neighbours,
    more: { conversion in
      conversion.set("rope.dimension_count", try conversion.headWidth)
      try addWindow(&conversion)
      try addExperts(&conversion)
    })

  static func qwenExperts(_ architecture: String) -> GGUFRecipe {
    GGUFRecipe(
      architecture: architecture, names: names(expertNames),
      // A matrix of one row is written as a vector.
      changes: ["mlp.shared_expert_gate": { [$1.reshaped([$1.elementCount])] }],
      more: { conversion in
        try addWindow(&conversion)
        try addExperts(&conversion)
      })
  }

  static func deepSeek(_ expansion: Expansion) -> GGUFRecipe {
    var own = expertNames.merging(latentNames) { $1 }
    var changes: [String: Change] = [:]
    switch expansion {
    case .together: own["self_attn.kv_b_proj"] = ["attn_kv_b"]
    case .apart:
      own["self_attn.kv_b_proj"] = ["attn_k_b", "attn_v_b"]
      changes["self_attn.kv_b_proj"] = { try $0.expansionApart($1) }
    }
    return GGUFRecipe(
      architecture: "deepseek2", names: names(own), changes: changes,
      more: { conversion in
        try addExperts(&conversion)
        try addLatentAttention(&conversion)
      })
  }

  @Sendable private static func addExperts(_ conversion: inout GGUFConversion) throws {
    conversion.set(
      "expert_count", try conversion.number("num_local_experts", "num_experts", "n_routed_experts") ?? 0)
    for (key, name) in [
      ("num_experts_per_tok", "expert_used_count"), ("moe_intermediate_size", "expert_feed_forward_length"),
      ("shared_expert_intermediate_size", "expert_shared_feed_forward_length"),
      ("n_shared_experts", "expert_shared_count"), ("n_group", "expert_group_count"),
      ("topk_group", "expert_group_used_count"), ("first_k_dense_replace", "leading_dense_block_count"),
    ] {
      if let value = try conversion.number(key) { conversion.set(name, value) }
    }
  }

  @Sendable private static func addLatentAttention(_ conversion: inout GGUFConversion) throws {
    let config = conversion.config
    conversion.set("expert_weights_scale", try config["routed_scaling_factor"].double)
    if try conversion.flag("norm_topk_prob", default: false) { conversion.set("expert_weights_norm", .bool(true)) }
    if try config["model_type"].string == "deepseek_v3" { conversion.set("expert_gating_func", 2) }
    let (rank, rotary) = (try config["kv_lora_rank"].int, try config["qk_rope_head_dim"].int)
    if let queryRank = try conversion.number("q_lora_rank") { conversion.set("attention.q_lora_rank", queryRank) }
    conversion.set("attention.kv_lora_rank", rank)
    conversion.set("attention.head_count_kv", 1)
    conversion.set("attention.key_length", rank + rotary)
    conversion.set("attention.value_length", rank)
    conversion.set("attention.key_length_mla", try config["qk_nope_head_dim"].int + rotary)
    conversion.set("attention.value_length_mla", try config["v_head_dim"].int)
    conversion.set("rope.dimension_count", rotary)
    if let share = config["rope_parameters"]["mscale_all_dim"].ifPresent {
      conversion.set("rope.scaling.yarn_log_multiplier", 0.1 * (try share.double))
    }
  }
}

extension GGUFConversion {
  /// The matrix that makes keys and values, cut into that of keys [heads, rank, content] and that of values
  /// [heads, value, rank].
  fileprivate func expansionApart(_ tensor: Tensor) throws -> [Tensor] {
    let (heads, rank) = (try heads, tensor.shape[1])
    let (content, value) = (try config["qk_nope_head_dim"].int, try config["v_head_dim"].int)
    var (keys, values): ([Float], [Float]) = ([], [])
    for head in 0..<heads {
      let start = head * (content + value)
      keys += tensor.slice(start..<start + content).transposed([1, 0]).contiguous().toArray()
      values += tensor.slice(start + content..<start + content + value).toArray()
    }
    return [Tensor(keys, shape: [heads, rank, content]), Tensor(values, shape: [heads, value, rank])]
  }
}
