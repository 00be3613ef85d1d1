public import InkFormats

extension Gemma2: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    WeightMap(Gemma.offsetNorms(Gemma.sandwichNorms)) + ggufWeights(spec)
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gemma2", className: "Gemma2ForCausalLM",
      keys: Gemma.keys + [
        "sliding_window", "attn_logit_softcapping", "final_logit_softcapping", "layer_types",
      ],
      fixed: [
        ("hidden_activation", .string("gelu_pytorch_tanh")),
        ("query_pre_attn_scalar", CheckpointForm.scoreDivisor(spec)),
      ])
  }
}

extension CheckpointForm {
  /// What scores are divided by the root of, as `query_pre_attn_scalar` says it.
  static func scoreDivisor(_ spec: DecoderSpec) -> JSONTree {
    guard let attention = spec.groupedAttention else { return .null }
    let divisor = 1 / (Double(attention.scale) * Double(attention.scale))
    // The scale is the root of a whole number, rounded to f32.
    return .number(String(Int(divisor.rounded())))
  }
}
