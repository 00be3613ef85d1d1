public import InkFormats

extension Falcon: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  /// One key-value head and one norm are the architecture of the 7B model; the later one can have both too.
  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    let keyValueHeads = spec.groupedAttention?.keyValueHeads ?? 1
    let hasTwoNorms = spec.layers.first?.wiring == .parallel(.separate)
    let isNew = keyValueHeads != 1 || hasTwoNorms
    var form = CheckpointForm(
      modelType: "falcon", className: "FalconForCausalLM",
      keys: [
        "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "ffn_hidden_size",
        "max_position_embeddings", "layer_norm_epsilon", "rope_theta", "rope_scaling", "bias", "tie_word_embeddings",
      ],
      fixed: [
        ("activation", .string("gelu")), ("alibi", .bool(false)), ("multi_query", .bool(true)),
        ("parallel_attn", .bool(true)), ("new_decoder_architecture", .bool(isNew)),
        ("num_kv_heads", CheckpointForm.number(keyValueHeads)),
      ])
    if isNew { form.fixed.append(("num_ln_in_parallel_attn", CheckpointForm.number(hasTwoNorms ? 2 : 1))) }
    return form
  }
}
