public import InkFormats
import InkTensor

extension Mixtral: GGUFExchange {
  public static func architecture(_ spec: DecoderSpec) -> String { Llama.architecture(spec) }

  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufNeighbours(spec) + ggufWeights(spec) }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "mixtral", className: "MixtralForCausalLM",
      keys: CheckpointForm.llamaKeys + ["num_experts_per_tok", "sliding_window"],
      fixed: [
        ("hidden_act", .string("silu")), ("num_local_experts", CheckpointForm.number(spec.experts?.router.count ?? 0)),
      ])
  }
}
