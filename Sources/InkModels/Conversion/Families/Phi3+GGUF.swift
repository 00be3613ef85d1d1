public import InkFormats
import InkNN

extension Phi3: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  /// llama.cpp asks for the window of every model, zero for none, and for the positions of pretraining.
  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    var entries: [(key: String, value: GGUFValue)] = [
      ("rope.scaling.original_context_length", .uint32(UInt32(clamping: pretrainedContext(spec))))
    ]
    if spec.groupedAttention?.window == .unlimited { entries.append(("attention.sliding_window", .uint32(0))) }
    return entries
  }

  private static func pretrainedContext(_ spec: DecoderSpec) -> Int {
    if case .rotary(let rotary)? = spec.groupedAttention?.position, case .longRoPE(let settings) = rotary.scaling {
      return settings.originalContext
    }
    return spec.contextLength
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "phi3", className: "Phi3ForCausalLM",
      keys: CheckpointForm.keysWithoutHeadWidth + ["sliding_window", "attention_bias"],
      fixed: [
        ("hidden_act", .string("silu")), ("partial_rotary_factor", CheckpointForm.turnedShare(spec)),
        ("original_max_position_embeddings", CheckpointForm.number(pretrainedContext(spec))),
        // Without a word about it the reference library takes an id that smaller vocabularies have not.
        ("pad_token_id", .null),
      ])
  }
}
