public import InkFormats

extension GPT2: GGUFExchange {
  /// GGUF keeps query, key and value fused, with a row for each output.
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(
      ["weight", "bias"].map { suffix in
        .split("blk.*.attn_qkv.\(suffix)", into: WeightMap.fusedParts(spec, suffix))
      }) + ggufWeights(spec)
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gpt2", className: "GPT2LMHeadModel",
      keys: [
        "vocab_size", "n_embd", "n_layer", "n_head", "n_positions", "n_inner", "layer_norm_epsilon",
        "tie_word_embeddings",
      ], fixed: [("activation_function", .string("gelu_new"))])
  }
}
