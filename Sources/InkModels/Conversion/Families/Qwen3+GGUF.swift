import InkFormats

extension Qwen3: GGUFExchange {
  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "qwen3", className: "Qwen3ForCausalLM", keys: CheckpointForm.llamaKeys + ["attention_bias"],
      fixed: [("hidden_act", .string("silu")), ("use_sliding_window", .bool(false))])
  }
}
