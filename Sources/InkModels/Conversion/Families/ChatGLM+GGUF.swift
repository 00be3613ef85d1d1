public import InkFormats
import InkNN

extension ChatGLM: GGUFExchange {
  public static func ggufCheckpoint(_ spec: DecoderSpec) -> WeightMap { .ggufFused(spec) + ggufWeights(spec) }

  /// Files with three matrices for query, key and value were made of the later checkpoints.
  public static func checkpointFamily(_ spec: DecoderSpec, _ model: GGUFModel) -> any GGUFExchange.Type {
    model.find("blk.0.attn_q.weight") == nil ? ChatGLM.self : GLM.self
  }

  public static func checkpointForm(_ spec: DecoderSpec) -> CheckpointForm {
    var form = CheckpointForm(
      modelType: "chatglm", className: "ChatGLMForConditionalGeneration",
      keys: [
        "num_layers", "vocab_size", "hidden_size", "ffn_hidden_size", "kv_channels", "num_attention_heads",
        "seq_length", "multi_query_group_num", "add_bias_linear", "add_qkv_bias", "tie_word_embeddings",
      ],
      fixed: [
        ("padded_vocab_size", CheckpointForm.number(spec.vocabulary)), ("rmsnorm", .bool(true)),
        ("layernorm_epsilon", CheckpointForm.epsilon(spec)), ("multi_query_attention", .bool(true)),
        ("apply_residual_connection_post_layernorm", .bool(false)), ("post_layer_norm", .bool(true)),
        ("original_rope", .bool(true)),
      ])
    // Long-context versions multiply the base.
    if case .rotary(let rotary)? = spec.groupedAttention?.position, rotary.base != 10_000 {
      form.fixed.append(("rope_ratio", .number(String(rotary.base / 10_000))))
    }
    return form
  }
}
