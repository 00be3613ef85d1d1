public import InkFormats

extension GPTNeoX: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    [("use_parallel_residual", .bool(spec.layers.first?.wiring == .parallel(.separate)))]
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gpt_neox", className: "GPTNeoXForCausalLM",
      keys: [
        "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
        "max_position_embeddings", "layer_norm_eps", "rotary_emb_base", "rope_scaling", "attention_bias",
        "use_parallel_residual", "tie_word_embeddings",
      ], fixed: [("hidden_act", .string("gelu")), ("rotary_pct", CheckpointForm.turnedShare(spec))])
  }
}
