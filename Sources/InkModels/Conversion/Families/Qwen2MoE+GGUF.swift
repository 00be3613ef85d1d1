public import InkFormats
import InkTensor

extension Qwen2MoE: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufSharedGate(spec) + ggufWeights(spec) }

  public static func unreadByLlamaCpp(_ spec: DecoderSpec) -> String? {
    spec.layers.allSatisfy { if case .experts = $0.feedForward { true } else { false } }
      ? nil : "layers without experts among those with experts"
  }

  /// It looks at no setting there.
  public static func ggufRemarks(_ spec: DecoderSpec) -> [String] {
    guard spec.experts?.router.normalization == .sumToOne else { return [] }
    return [
      "llama.cpp takes experts' weights as they are under the architecture qwen2moe; this model divides them by their "
        + "sum, so its results differ"
    ]
  }

  /// The settings of experts that Qwen's checkpoints have.
  static let expertKeys = [
    "num_experts", "num_experts_per_tok", "moe_intermediate_size", "norm_topk_prob", "mlp_only_layers",
  ]

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "qwen2_moe", className: "Qwen2MoeForCausalLM",
      keys: CheckpointForm.keysWithoutHeadWidth + expertKeys + ["shared_expert_intermediate_size", "qkv_bias"],
      fixed: [
        ("hidden_act", .string("silu")), ("use_sliding_window", .bool(false)),
        ("decoder_sparse_step", CheckpointForm.number(1)),
      ])
  }
}
