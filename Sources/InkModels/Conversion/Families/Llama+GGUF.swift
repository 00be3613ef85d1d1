public import InkFormats

extension Llama: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = spec.groupedAttention else { return ggufWeights(spec) }
    // The converter of llama.cpp turns rows of halves into neighbours, biases with them.
    let rules = ["weight", "bias"].flatMap { suffix -> [WeightRule] in
      [
        .permuteRows(
          "blk.*.attn_q.\(suffix)", to: "layers.*.mixer.query.\(suffix)",
          .rotaryNeighboursToHalves(heads: attention.heads)),
        .permuteRows(
          "blk.*.attn_k.\(suffix)", to: "layers.*.mixer.key.\(suffix)",
          .rotaryNeighboursToHalves(heads: attention.keyValueHeads)),
      ]
    }
    return WeightMap(rules) + ggufWeights(spec)
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    var form = CheckpointForm(
      modelType: "llama", className: "LlamaForCausalLM",
      keys: CheckpointForm.llamaKeys + ["attention_bias", "mlp_bias"], fixed: [("hidden_act", .string("silu"))])
    if case .last = spec.groupedAttention?.window {
      form = CheckpointForm(
        modelType: "mistral", className: "MistralForCausalLM", keys: CheckpointForm.llamaKeys + ["sliding_window"],
        fixed: [("hidden_act", .string("silu"))])
    }
    return form
  }
}
