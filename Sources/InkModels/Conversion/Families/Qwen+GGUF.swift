public import InkFormats

extension Qwen: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  /// The width counts gate and up together, as the checkpoint's does.
  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    guard case .gated(_, let width, _)? = spec.layers.first?.feedForward else { return [] }
    return [("feed_forward_length", .uint32(UInt32(clamping: 2 * width)))]
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "qwen", className: "QWenLMHeadModel",
      keys: [
        "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "kv_channels",
        "seq_length", "layer_norm_epsilon", "rotary_emb_base", "tie_word_embeddings",
      ],
      fixed: [
        ("max_position_embeddings", CheckpointForm.number(spec.contextLength)), ("no_bias", .bool(true)),
        ("rotary_pct", .number("1.0")), ("use_dynamic_ntk", .bool(false)), ("use_logn_attn", .bool(false)),
        ("scale_attn_weights", .bool(true)),
      ])
  }
}
