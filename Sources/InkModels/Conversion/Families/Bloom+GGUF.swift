public import InkFormats

extension Bloom: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "bloom", className: "BloomForCausalLM",
      keys: [
        "vocab_size", "hidden_size", "n_layer", "n_head", "seq_length", "layer_norm_epsilon", "tie_word_embeddings",
      ], fixed: [("apply_residual_connection_post_layernorm", .bool(false))])
  }
}
