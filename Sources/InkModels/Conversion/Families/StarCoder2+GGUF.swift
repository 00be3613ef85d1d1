import InkFormats

extension StarCoder2: GGUFExchange {
  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "starcoder2", className: "Starcoder2ForCausalLM",
      keys: CheckpointForm.keysOfLayerNorms + ["sliding_window", "use_bias"],
      fixed: [("hidden_act", .string("gelu_pytorch_tanh")), ("norm_epsilon", CheckpointForm.epsilon(spec))])
  }
}
