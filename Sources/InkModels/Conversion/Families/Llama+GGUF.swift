public import InkFormats

extension Llama: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufNeighbours(spec) + ggufWeights(spec) }

  /// GGUF files call Mixtral a llama with experts.
  public static func checkpointFamily(_ spec: DecoderSpec, _ model: GGUFModel) -> any GGUFExchange.Type {
    spec.experts == nil ? Llama.self : Mixtral.self
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
