import InkFormats

extension OLMo2: GGUFExchange {
  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "olmo2", className: "Olmo2ForCausalLM", keys: CheckpointForm.keysWithoutHeadWidth + ["attention_bias"],
      fixed: [("hidden_act", .string("silu"))])
  }
}
