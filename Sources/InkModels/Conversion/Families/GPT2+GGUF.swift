public import InkFormats

extension GPT2: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gpt2", className: "GPT2LMHeadModel",
      keys: [
        "vocab_size", "n_embd", "n_layer", "n_head", "n_positions", "n_inner", "layer_norm_epsilon",
        "tie_word_embeddings",
      ], fixed: [("activation_function", .string("gelu_new"))])
  }
}
