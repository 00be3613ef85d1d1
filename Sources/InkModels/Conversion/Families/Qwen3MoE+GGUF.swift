import InkFormats
import InkTensor

extension Qwen3MoE: GGUFExchange {
  public static func unreadByLlamaCpp(_ spec: DecoderSpec) -> String? { Qwen2MoE.unreadByLlamaCpp(spec) }

  /// It looks at no setting there.
  public static func ggufRemarks(_ spec: DecoderSpec) -> [String] {
    guard spec.experts?.router.normalization == ExpertRouter.Normalization.none else { return [] }
    return [
      "llama.cpp divides experts' weights by their sum under the architecture qwen3moe; this model takes them as they "
        + "are, so its results differ"
    ]
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "qwen3_moe", className: "Qwen3MoeForCausalLM",
      keys: CheckpointForm.llamaKeys + Qwen2MoE.expertKeys + ["attention_bias"],
      fixed: [
        ("hidden_act", .string("silu")), ("use_sliding_window", .bool(false)),
        ("decoder_sparse_step", CheckpointForm.number(1)),
        // Files need not say it, and then it is meant.
        ("norm_topk_prob", .bool(spec.experts?.router.normalization == .sumToOne)),
      ])
  }
}
