import InkFormats

/// What GGUF metadata says of experts and of latent attention, under the keys of `config.json`.
extension GGUFTranslation {
  private static let expertNumbers: [(gguf: String, name: String)] = [
    ("expert_used_count", "num_experts_per_tok"), ("expert_feed_forward_length", "moe_intermediate_size"),
    ("expert_shared_feed_forward_length", "shared_expert_intermediate_size"),
    ("expert_shared_count", "n_shared_experts"), ("expert_group_count", "n_group"),
    ("expert_group_used_count", "topk_group"), ("leading_dense_block_count", "first_k_dense_replace"),
  ]

  func addExperts(to object: inout JSONObject) throws(FormatError) {
    guard has("expert_count") else { return }
    let count = try model.metadata.int(for: key("expert_count"))
    // Files of dense models may say that there are none.
    guard count != 0 else { return }
    object["num_experts"] = .number(String(count))
    for entry in GGUFTranslation.expertNumbers where has(entry.gguf) {
      object[entry.name] = .number(String(try uniform(entry.gguf)))
    }
    if has("expert_weights_scale") {
      let scale = try model.metadata.double(for: key("expert_weights_scale"))
      // Zero and one both mean that nothing is scaled.
      if scale != 0 { object["routed_scaling_factor"] = .number(String(scale)) }
    }
    if has("expert_weights_norm") {
      object["norm_topk_prob"] = .bool(try model.metadata.bool(for: key("expert_weights_norm")))
    }
    if has("expert_gating_func") {
      switch try model.metadata.int(for: key("expert_gating_func")) {
      case 1: object["scoring_func"] = .string("softmax")
      case 2: object["scoring_func"] = .string("sigmoid")
      case let other: object["scoring_func"] = .string("function \(other)")
      }
    }
    if let layers = try denseLayers() { object["mlp_only_layers"] = layers }
  }

  /// Layers without a router among others that have one, read off the tensors.
  private func denseLayers() throws(FormatError) -> JSONTree? {
    let layers = try model.metadata.int(for: key("block_count"))
    guard layers > 0, layers <= 4096 else { return nil }
    return .array((0..<layers).filter { model.find("blk.\($0).ffn_gate_inp.weight") == nil }.map { .number("\($0)") })
  }

  func addLatentAttention(to object: inout JSONObject) throws(FormatError) {
    guard has("attention.kv_lora_rank") else { return }
    let rank = try model.metadata.int(for: key("attention.kv_lora_rank"))
    object["kv_lora_rank"] = .number(String(rank))
    if has("attention.q_lora_rank") {
      object["q_lora_rank"] = .number(String(try model.metadata.int(for: key("attention.q_lora_rank"))))
    }
    // Newer files give the cached widths under the usual keys and the heads' own under others.
    let suffix = has("attention.key_length_mla") ? "_mla" : ""
    let width = try model.metadata.int(for: key("attention.key_length\(suffix)"))
    let rotary = try model.metadata.int(for: key("rope.dimension_count"))
    let (content, overflow) = width.subtractingReportingOverflow(rotary)
    guard !overflow else {
      throw FormatError(
        .malformed, file: model.path, context: key("rope.dimension_count"), expected: "less than \(width)",
        found: "\(rotary)")
    }
    object["qk_nope_head_dim"] = .number(String(content))
    object["qk_rope_head_dim"] = .number(String(rotary))
    object["v_head_dim"] = .number(String(try model.metadata.int(for: key("attention.value_length\(suffix)"))))
    try addPredictionLayers(to: &object)
  }

  /// Layers that predict ahead are counted among the blocks.
  private func addPredictionLayers(to object: inout JSONObject) throws(FormatError) {
    guard has("nextn_predict_layers") else { return }
    let ahead = try model.metadata.int(for: key("nextn_predict_layers"))
    let (layers, overflow) = try model.metadata.int(for: key("block_count")).subtractingReportingOverflow(ahead)
    guard !overflow else {
      throw FormatError(
        .malformed, file: model.path, context: key("nextn_predict_layers"), expected: "fewer layers than blocks",
        found: "\(ahead)")
    }
    object["num_nextn_predict_layers"] = .number(String(ahead))
    object["num_hidden_layers"] = .number(String(layers))
  }

  /// The share of YaRN's magnitude that scores are multiplied with. Files of this architecture hold a tenth of it, and
  /// mean it for the rotation too, where it cancels.
  func addLatentScaling(to scaling: inout JSONObject) throws(FormatError) {
    guard has("attention.kv_lora_rank"), has("rope.scaling.yarn_log_multiplier") else { return }
    let share = try model.metadata.double(for: key("rope.scaling.yarn_log_multiplier")) / 0.1
    scaling["mscale"] = .number(String(share))
    scaling["mscale_all_dim"] = .number(String(share))
  }
}
