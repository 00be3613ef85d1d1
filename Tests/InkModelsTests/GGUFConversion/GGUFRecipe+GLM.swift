import InkFormats
import InkTensor

/// ChatGLM and GLM-4: rows stay as they are, for both sides turn neighbours.
extension GGUFRecipe {
  /// The first generation is unknown to llama.cpp.
  static func chatGLM(_ config: JSONNode) -> GGUFRecipe? {
    if config["position_encoding_2d"].ifPresent != nil { return nil }
    let names: [String: [String]] = [
      "transformer.embedding.word_embeddings": ["token_embd"], "transformer.output_layer": ["output"],
      "transformer.encoder.final_layernorm": ["output_norm"], "self_attention.query_key_value": ["attn_qkv"],
      "self_attention.dense": ["attn_output"], "mlp.dense_h_to_4h": ["ffn_up"], "mlp.dense_4h_to_h": ["ffn_down"],
      "mlp.gate_up_proj": ["ffn_up"],
    ]
    return GGUFRecipe(
      architecture: "chatglm", names: llamaNames.merging(names) { $1 },
      more: { conversion in
        conversion.set("rope.dimension_count", try conversion.headWidth / 2)
        conversion.set("rope.freq_base", 10_000 * (try conversion.config["rope_ratio"].ifPresent?.double ?? 1))
        conversion.set("attention.head_count_kv", try conversion.keyValueHeads)
      })
  }

  static let glm4 = GGUFRecipe(
    architecture: "glm4",
    names: llamaNames.merging([
      "mlp.gate_up_proj": ["ffn_up"], "post_self_attn_layernorm": ["post_attention_norm"],
      "post_mlp_layernorm": ["post_ffw_norm"],
    ]) { $1 },
    more: { $0.set("rope.dimension_count", try $0.headWidth / 2) })
}
