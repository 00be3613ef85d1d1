import InkFormats
import InkTensor

extension Qwen3MoE: GGUFExchange {
  public static func unreadByLlamaCpp(_ spec: DecoderSpec) -> String? { Qwen2MoE.unreadByLlamaCpp(spec) }

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
