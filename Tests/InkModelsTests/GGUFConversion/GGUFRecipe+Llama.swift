import Foundation
import InkFormats
import InkTensor

/// LLaMA and the families under its names.
extension GGUFRecipe {
  static let llamaNames: [String: [String]] = [
    "model.embed_tokens": ["token_embd"], "model.norm": ["output_norm"], "lm_head": ["output"],
    "self_attn.q_proj": ["attn_q"], "self_attn.k_proj": ["attn_k"], "self_attn.v_proj": ["attn_v"],
    "self_attn.o_proj": ["attn_output"], "self_attn.q_norm": ["attn_q_norm"], "self_attn.k_norm": ["attn_k_norm"],
    "mlp.gate_proj": ["ffn_gate"], "mlp.up_proj": ["ffn_up"], "mlp.down_proj": ["ffn_down"],
    "input_layernorm": ["attn_norm"], "post_attention_layernorm": ["ffn_norm"],
  ]

  static func names(_ own: [String: [String]]) -> [String: [String]] { llamaNames.merging(own) { $1 } }

  /// Rows of queries and keys are stored as in the original checkpoints.
  static let neighbours: [String: Change] = [
    "self_attn.q_proj": { [$0.interleaved($1, heads: try $0.heads)] },
    "self_attn.k_proj": { [$0.interleaved($1, heads: try $0.keyValueHeads)] },
  ]

  @Sendable static func addWindow(_ conversion: inout GGUFConversion) throws {
    if let window = try conversion.number("sliding_window"), window > 0 {
      conversion.set("attention.sliding_window", window)
    }
  }

  static let llama = GGUFRecipe(
    architecture: "llama", names: llamaNames, changes: neighbours,
    more: { conversion in
      conversion.set("rope.dimension_count", try conversion.headWidth)
      try addWindow(&conversion)
    })

  static func qwen(_ architecture: String) -> GGUFRecipe {
    GGUFRecipe(architecture: architecture, names: llamaNames, more: addWindow)
  }

  static let olmo2 = GGUFRecipe(
    architecture: "olmo2",
    names: names([
      "post_attention_layernorm": ["post_attention_norm"], "post_feedforward_layernorm": ["post_ffw_norm"],
    ]))

  static let granite = GGUFRecipe(
    architecture: "granite", names: llamaNames, changes: neighbours,
    more: { conversion in
      conversion.set("rope.dimension_count", try conversion.headWidth)
      for (gguf, key) in [
        ("attention.scale", "attention_multiplier"), ("embedding_scale", "embedding_multiplier"),
        ("residual_scale", "residual_multiplier"), ("logit_scale", "logits_scaling"),
      ] { conversion.set(gguf, try conversion.config[key].double) }
    })

  static let phi3 = GGUFRecipe(
    architecture: "phi3", names: names(["self_attn.qkv_proj": ["attn_qkv"], "mlp.gate_up_proj": ["ffn_up"]]),
    more: { conversion in
      conversion.set("rope.dimension_count", try conversion.headWidth)
      conversion.set("attention.sliding_window", try conversion.number("sliding_window") ?? 0)
      let rotary = conversion.config["rope_parameters"]
      let original = Double(try conversion.number("original_max_position_embeddings") ?? 0)
      conversion.set("rope.scaling.original_context_length", Int(original))
      guard let long = rotary["long_factor"].ifPresent else { return }
      let scale = Double(try conversion.number("max_position_embeddings") ?? 0) / original
      conversion.set("rope.scaling.type", .string("longrope"))
      conversion.set("rope.scaling.attn_factor", scale > 1 ? (1 + log(scale) / log(original)).squareRoot() : 1)
      for (name, node) in [("rope_factors_long", long), ("rope_factors_short", rotary["short_factor"])] {
        let factors = try node.array.map { Float(try $0.double) }
        conversion.tensors.append(("\(name).weight", Tensor(factors, shape: [factors.count])))
      }
    })

  /// Files cannot say that scores fall with distance: llama.cpp tells the 13B model by its 40 layers. The head of the
  /// second generation is normalized before it is converted.
  static func baichuan(_ config: JSONNode) -> GGUFRecipe? {
    guard config["max_position_embeddings"].ifPresent != nil else { return nil }
    let isNormalized = (try? config["norm_head"].ifPresent?.bool) == true
    var recipe = GGUFRecipe(
      architecture: "baichuan", names: names(["self_attn.W_pack": ["attn_q", "attn_k", "attn_v"]]),
      changes: [
        "self_attn.W_pack": { conversion, tensor in
          let parts = conversion.thirds(tensor)
          let heads = try conversion.heads
          return [
            conversion.interleaved(parts[0], heads: heads), conversion.interleaved(parts[1], heads: heads), parts[2],
          ]
        }
      ], more: { $0.set("rope.dimension_count", try $0.headWidth) })
    if isNormalized { recipe.changes["lm_head"] = { _, tensor in [normalized(tensor)] } }
    return recipe
  }

  private static func normalized(_ tensor: Tensor) -> Tensor {
    let rows = (0..<tensor.shape[0]).flatMap { row -> [Float] in
      let values = tensor[row].toArray()
      let length = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      return values.map { Float(Double($0) / length) }
    }
    return Tensor(rows, shape: tensor.shape)
  }

  static let internLM2 = GGUFRecipe(
    architecture: "internlm2",
    names: [
      "model.tok_embeddings": ["token_embd"], "model.norm": ["output_norm"], "output": ["output"],
      "attention.wqkv": ["attn_q", "attn_k", "attn_v"], "attention.wo": ["attn_output"],
      "attention_norm": ["attn_norm"], "ffn_norm": ["ffn_norm"], "feed_forward.w1": ["ffn_gate"],
      "feed_forward.w3": ["ffn_up"], "feed_forward.w2": ["ffn_down"],
    ],
    changes: [
      "attention.wqkv": { conversion, tensor in
        let parts = try conversion.ungrouped(tensor, groups: try conversion.keyValueHeads)
        return [
          conversion.interleaved(parts[0], heads: try conversion.heads),
          conversion.interleaved(parts[1], heads: try conversion.keyValueHeads), parts[2],
        ]
      }
    ], more: { $0.set("rope.dimension_count", try $0.headWidth) })
}
