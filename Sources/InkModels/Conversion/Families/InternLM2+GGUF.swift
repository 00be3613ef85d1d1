public import InkFormats

extension InternLM2: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufNeighbours(spec) + ggufWeights(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "internlm2", className: "InternLM2ForCausalLM", keys: CheckpointForm.keysWithoutHeadWidth + ["bias"],
      fixed: [("hidden_act", .string("silu"))])
  }
}
