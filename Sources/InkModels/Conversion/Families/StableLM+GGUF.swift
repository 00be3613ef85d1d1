public import InkFormats

extension StableLM: GGUFExchange {
  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    [("use_parallel_residual", .bool(spec.layers.first?.wiring == .parallel(.shared)))]
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "stablelm", className: "StableLmForCausalLM",
      keys: CheckpointForm.keysOfLayerNorms + ["layer_norm_eps", "use_qkv_bias", "use_parallel_residual"],
      fixed: [
        ("hidden_act", .string("silu")), ("partial_rotary_factor", CheckpointForm.turnedShare(spec)),
        ("qk_layernorm", .bool(false)),
      ])
  }
}
