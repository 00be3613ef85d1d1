import InkFormats
import InkTensor

/// Settings that are no numbers under the keys of `config.json`.
extension GGUFTranslation {
  /// Settings that metadata leaves out: they are on where one of the tensors is there.
  private static let tellingTensors: [(tensors: [String], names: [String])] = [
    (["blk.0.attn_output.bias"], ["attention_bias", "bias", "use_bias", "add_bias_linear"]),
    (["blk.0.attn_q.bias", "blk.0.attn_qkv.bias"], ["qkv_bias", "use_qkv_bias", "add_qkv_bias"]),
    (["blk.0.ffn_down.bias"], ["mlp_bias"]), (["blk.0.attn_q_norm.weight"], ["qk_layernorm", "qk_ln"]),
    (["position_embd.weight"], ["learned_pos_emb"]),
  ]

  func addWhatTensorsTell(to object: inout JSONObject) {
    for entry in GGUFTranslation.tellingTensors {
      let isThere = entry.tensors.contains { model.find($0) != nil }
      for name in entry.names { object[name] = .bool(isThere) }
    }
    object["no_bias"] = .bool(model.find("blk.0.attn_norm.bias") == nil)
    // Falcon 40B: a norm of its own for attention. All converted files tell the key-value heads as they are.
    object["num_ln_in_parallel_attn"] = .number(model.find("blk.0.attn_norm_2.weight") == nil ? "1" : "2")
    object["new_decoder_architecture"] = .bool(true)
    object["multi_query_attention"] = .bool(true)
  }

  func addFlags(to object: inout JSONObject) throws(FormatError) {
    if has("use_parallel_residual") {
      object["use_parallel_residual"] = .bool(try model.metadata.bool(for: key("use_parallel_residual")))
    }
    if has("attention.max_alibi_bias") {
      object["alibi"] = .bool(try model.metadata.double(for: key("attention.max_alibi_bias")) > 0)
    }
    // Phi-4 says by zero that it has no window.
    if has("attention.sliding_window") {
      let window = try model.metadata.int(for: key("attention.sliding_window"))
      if window != 0 { object["sliding_window"] = .number(String(window)) }
    }
  }

  /// Two lists of divisors as tensors (Phi-3 with a long context); nil where they are not there.
  func longRoPE() throws(FormatError) -> JSONObject? {
    guard let long = model.find("rope_factors_long.weight"), let short = model.find("rope_factors_short.weight") else {
      return nil
    }
    var scaling = JSONObject()
    scaling["rope_type"] = .string("longrope")
    scaling["long_factor"] = .array(try long.float32().toArray().map { .number(String($0)) })
    scaling["short_factor"] = .array(try short.float32().toArray().map { .number(String($0)) })
    for (gguf, name) in [
      ("rope.scaling.attn_factor", "attention_factor"),
      ("rope.scaling.original_context_length", "original_max_position_embeddings"),
    ] where has(gguf) {
      scaling[name] = .number(String(try model.metadata.double(for: key(gguf))))
    }
    return scaling
  }
}
