public import InkFormats

extension Granite: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufNeighbours(spec) + ggufWeights(spec) }

  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    multipliers(spec).map { ($0.gguf, .float32($0.value)) }
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "granite", className: "GraniteForCausalLM",
      keys: CheckpointForm.keysWithoutHeadWidth + ["attention_bias", "mlp_bias"],
      fixed: [("hidden_act", .string("silu"))]
        + multipliers(spec).map { ($0.checkpoint, CheckpointForm.number($0.value)) })
  }

  private static func multipliers(_ spec: DecoderSpec) -> [(gguf: String, checkpoint: String, value: Float)] {
    var branches: Float = 1
    if case .scaled(let factor)? = spec.layers.first?.wiring { branches = factor }
    return [
      ("attention.scale", "attention_multiplier", spec.groupedAttention?.scale ?? 1),
      ("embedding_scale", "embedding_multiplier", spec.embedding.scale),
      ("residual_scale", "residual_multiplier", branches),
      // What logits are divided by.
      ("logit_scale", "logits_scaling", Float(1 / Double(spec.head.scale))),
    ]
  }
}
