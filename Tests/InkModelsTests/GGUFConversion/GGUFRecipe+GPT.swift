import InkFormats
import InkTensor

/// GPT-2 and the families with layer norms.
extension GGUFRecipe {
  static let gpt2 = GGUFRecipe(
    architecture: "gpt2",
    names: [
      "transformer.wte": ["token_embd"], "transformer.wpe": ["position_embd"], "transformer.ln_f": ["output_norm"],
      "attn.c_attn": ["attn_qkv"], "attn.c_proj": ["attn_output"], "mlp.c_fc": ["ffn_up"], "mlp.c_proj": ["ffn_down"],
      "ln_1": ["attn_norm"], "ln_2": ["ffn_norm"],
    ],
    changes: ["attn.c_attn": upright, "attn.c_proj": upright, "mlp.c_fc": upright, "mlp.c_proj": upright],
    isTiedByDefault: true)

  /// Matrices are stored inputs first.
  @Sendable private static func upright(_ conversion: GGUFConversion, _ tensor: Tensor) -> [Tensor] {
    [tensor.shape.rank == 2 ? tensor.transposed([1, 0]).contiguous() : tensor]
  }

  private static let perHeadNames: [String: [String]] = [
    "self_attention.query_key_value": ["attn_qkv"], "self_attention.dense": ["attn_output"],
    "attention.query_key_value": ["attn_qkv"], "attention.dense": ["attn_output"],
    "mlp.dense_h_to_4h": ["ffn_up"], "mlp.dense_4h_to_h": ["ffn_down"], "input_layernorm": ["attn_norm"],
    "post_attention_layernorm": ["ffn_norm"], "transformer.word_embeddings": ["token_embd"],
    "transformer.word_embeddings_layernorm": ["token_embd_norm"], "transformer.ln_f": ["output_norm"],
    "lm_head": ["output"],
  ]

  /// Query, key and value of a head lie next to each other and are sorted.
  @Sendable private static func sortedByHead(_ conversion: GGUFConversion, _ tensor: Tensor) throws -> [Tensor] {
    [conversion.stacked(try conversion.ungrouped(tensor, groups: try conversion.heads))]
  }

  static let bloom = GGUFRecipe(
    architecture: "bloom", names: perHeadNames, changes: ["self_attention.query_key_value": sortedByHead],
    isTiedByDefault: true)

  /// Models with slopes, or whose parts follow each other, are unknown to llama.cpp.
  static func falcon(_ config: JSONNode) -> GGUFRecipe? {
    guard (try? config["alibi"].ifPresent?.bool) != true, (try? config["parallel_attn"].ifPresent?.bool) != false else {
      return nil
    }
    let isNew = (try? config["new_decoder_architecture"].ifPresent?.bool) == true
    return GGUFRecipe(
      architecture: "falcon",
      names: perHeadNames.merging(["ln_mlp": ["attn_norm"], "ln_attn": ["attn_norm_2"]]) { $1 },
      changes: [
        "self_attention.query_key_value": { conversion, tensor in
          let groups = isNew ? try conversion.keyValueHeads : 1
          return [conversion.stacked(try conversion.ungrouped(tensor, groups: groups))]
        }
      ], isTiedByDefault: true,
      more: { $0.set("attention.head_count_kv", isNew ? try $0.keyValueHeads : 1) })
  }

  static let mpt = GGUFRecipe(
    architecture: "mpt",
    names: [
      "transformer.wte": ["token_embd"], "transformer.norm_f": ["output_norm"], "attn.Wqkv": ["attn_qkv"],
      "attn.out_proj": ["attn_output"], "ffn.up_proj": ["ffn_up"], "ffn.down_proj": ["ffn_down"],
      "norm_1": ["attn_norm"], "norm_2": ["ffn_norm"],
    ], isTiedByDefault: true,
    more: { conversion in
      let attention = conversion.config["attn_config"]
      if let clip = try attention["clip_qkv"].ifPresent?.double { conversion.set("attention.clamp_kqv", clip) }
      conversion.set("attention.max_alibi_bias", try attention["alibi_bias_max"].double)
    })

  static let gptNeoX = GGUFRecipe(
    architecture: "gptneox",
    names: perHeadNames.merging([
      "gpt_neox.embed_in": ["token_embd"], "gpt_neox.final_layer_norm": ["output_norm"], "embed_out": ["output"],
    ]) { $1 },
    changes: ["attention.query_key_value": sortedByHead],
    more: { conversion in
      let isParallel = try conversion.config["use_parallel_residual"].bool
      conversion.set("rope.dimension_count", try conversion.turnedWidth)
      conversion.set("use_parallel_residual", .bool(isParallel))
    })

  /// llama.cpp has names and keys for it; no converter of today writes them.
  static let gptJ = GGUFRecipe(
    architecture: "gptj",
    names: [
      "transformer.wte": ["token_embd"], "transformer.ln_f": ["output_norm"], "lm_head": ["output"],
      "attn.q_proj": ["attn_q"], "attn.k_proj": ["attn_k"], "attn.v_proj": ["attn_v"],
      "attn.out_proj": ["attn_output"], "mlp.fc_in": ["ffn_up"], "mlp.fc_out": ["ffn_down"], "ln_1": ["attn_norm"],
    ], more: { $0.set("rope.dimension_count", try $0.config["rotary_dim"].int) })

  static let phi = GGUFRecipe(
    architecture: "phi2",
    names: llamaNames.merging([
      "model.final_layernorm": ["output_norm"], "self_attn.dense": ["attn_output"], "mlp.fc1": ["ffn_up"],
      "mlp.fc2": ["ffn_down"], "self_attn.q_layernorm": ["attn_q_norm"], "self_attn.k_layernorm": ["attn_k_norm"],
    ]) { $1 },
    more: { $0.set("rope.dimension_count", try $0.turnedWidth) })

  static let starCoder2 = GGUFRecipe(
    architecture: "starcoder2", names: llamaNames.merging(["mlp.c_fc": ["ffn_up"], "mlp.c_proj": ["ffn_down"]]) { $1 },
    isTiedByDefault: true,
    more: { conversion in
      if let window = try conversion.number("sliding_window") { conversion.set("attention.sliding_window", window) }
    })

  static let stableLM = GGUFRecipe(
    architecture: "stablelm", names: llamaNames,
    more: { conversion in
      let isParallel = try conversion.config["use_parallel_residual"].bool
      conversion.set("rope.dimension_count", try conversion.turnedWidth)
      conversion.set("use_parallel_residual", .bool(isParallel))
    })
}

extension GGUFConversion {
  /// Elements of a head that are turned.
  fileprivate var turnedWidth: Int {
    get throws {
      Int(Double(try headWidth) * (try config["rope_parameters"]["partial_rotary_factor"].ifPresent?.double ?? 1))
    }
  }
}
