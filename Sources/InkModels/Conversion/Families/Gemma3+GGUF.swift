public import InkFormats
import InkNN

extension Gemma3: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    let heads: [WeightRule] = [
      .offset("blk.*.attn_q_norm.weight", by: -1, to: "layers.*.mixer.queryNorm.weight"),
      .offset("blk.*.attn_k_norm.weight", by: -1, to: "layers.*.mixer.keyNorm.weight"),
    ]
    return WeightMap(heads + Gemma.offsetNorms(Gemma.sandwichNorms)) + ggufWeights(spec)
  }

  /// Layers with a window turn by a base of their own; which layers those are is said where it is not every layer but
  /// the sixth.
  public static func ggufMetadata(_ spec: DecoderSpec) -> [(key: String, value: GGUFValue)] {
    var isSliding: [Bool] = []
    var entries: [(key: String, value: GGUFValue)] = []
    for layer in spec.layers {
      guard case .grouped(let attention) = layer.mixer else { continue }
      guard case .last = attention.window else {
        isSliding.append(false)
        continue
      }
      isSliding.append(true)
      if entries.isEmpty, case .rotary(let rotary) = attention.position {
        entries.append(("rope.freq_base_swa", .float32(Float(rotary.base))))
      }
    }
    if isSliding.indices.contains(where: { isSliding[$0] != (($0 + 1) % 6 != 0) }) {
      entries.append(("attention.sliding_window_pattern", .array(.bool(isSliding))))
    }
    return entries
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    CheckpointForm(
      modelType: "gemma3_text", className: "Gemma3ForCausalLM",
      keys: Gemma.keys + [
        "sliding_window", "rope_local_base_freq", "attn_logit_softcapping", "final_logit_softcapping",
      ],
      fixed: [
        ("hidden_activation", .string("gelu_pytorch_tanh")),
        ("query_pre_attn_scalar", CheckpointForm.scoreDivisor(spec)),
        ("layer_types", layerTypes(spec)),
      ])
  }

  private static func layerTypes(_ spec: DecoderSpec) -> JSONTree {
    .array(
      spec.layers.map { layer in
        switch layer.mixer.window {
        case .unlimited: .string(ModelConfiguration.LayerType.full.rawValue)
        case .last: .string(ModelConfiguration.LayerType.sliding.rawValue)
        }
      })
  }
}
