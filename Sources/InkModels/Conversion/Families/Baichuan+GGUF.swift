public import InkFormats

extension Baichuan: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufNeighbours(spec) + ggufWeights(spec) }

  public static func ggufRemarks(_ spec: DecoderSpec) -> [String] {
    guard case .rotary? = spec.groupedAttention?.position, spec.layers.count != 32 else { return [] }
    return [
      "llama.cpp turns the positions of a Baichuan with 32 layers only; with \(spec.layers.count) its results differ"
    ]
  }

  /// The 13B models are known by having no number of positions.
  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    var form = CheckpointForm(
      modelType: "baichuan", className: "BaichuanForCausalLM",
      keys: CheckpointForm.keysWithoutHeadWidth.filter { $0 != "num_key_value_heads" },
      fixed: [
        ("hidden_act", .string("silu")), ("model_max_length", CheckpointForm.number(spec.contextLength)),
        ("norm_head", .bool(spec.head.weight == .normalizedRows)),
      ])
    if case .alibi? = spec.groupedAttention?.position { form.keys.removeAll { $0 == "max_position_embeddings" } }
    return form
  }
}
