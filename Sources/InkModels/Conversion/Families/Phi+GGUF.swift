import InkFormats

extension Phi: GGUFExchange {
  public static func unreadByLlamaCpp(_ spec: DecoderSpec) -> String? {
    switch spec.groupedAttention?.queryKeyNorm {
    case nil, .none?: nil
    case .heads?, .projection?: "norms of queries and keys"
    }
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "phi", className: "PhiForCausalLM",
      keys: CheckpointForm.keysOfLayerNorms + ["layer_norm_eps", "qk_layernorm"],
      fixed: [
        ("hidden_act", .string("gelu_new")), ("partial_rotary_factor", CheckpointForm.turnedShare(spec)),
      ])
  }
}
