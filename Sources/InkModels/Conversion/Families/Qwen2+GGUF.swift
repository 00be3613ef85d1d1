import InkFormats

extension Qwen2: GGUFExchange {
  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "qwen2", className: "Qwen2ForCausalLM", keys: CheckpointForm.llamaKeys.filter { $0 != "head_dim" },
      fixed: [("hidden_act", .string("silu")), ("use_sliding_window", .bool(false))])
  }
}
