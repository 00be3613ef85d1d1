package import InkFormats

extension WeightMap {
  /// The names of LLaMA's Hugging Face checkpoints, which most families share.
  package static func llamaNames(_ spec: DecoderSpec, norms: [WeightRule] = preNorms) -> WeightMap {
    WeightMap(
      [
        .rename("model.embed_tokens.weight", to: "embedding.weight"),
        .rename(
          "model.layers.*.self_attn.{q_proj,k_proj,v_proj,o_proj}.weight",
          to: "layers.*.mixer.{query,key,value,output}.weight"),
        .rename(
          "model.layers.*.self_attn.{q_proj,k_proj,v_proj,o_proj}.bias",
          to: "layers.*.mixer.{query,key,value,output}.bias"),
        .rename("model.layers.*.self_attn.{q_norm,k_norm}.weight", to: "layers.*.mixer.{queryNorm,keyNorm}.weight"),
        .rename(
          "model.layers.*.mlp.{gate_proj,up_proj,down_proj}.weight", to: "layers.*.feedForward.{gate,up,down}.weight"),
        .rename(
          "model.layers.*.mlp.{gate_proj,up_proj,down_proj}.bias", to: "layers.*.feedForward.{gate,up,down}.bias"),
        .rename("model.norm.weight", to: "finalNorm.weight"),
        // Older checkpoints store the rotary frequencies, which the configuration says already.
        .drop("model.layers.*.self_attn.rotary_emb.inv_freq"),
        head(spec, "lm_head.weight"),
      ] + norms)
  }

  /// The norms of the pre-norm wiring under LLaMA's names.
  package static let preNorms: [WeightRule] = [
    .rename("model.layers.*.input_layernorm.weight", to: "layers.*.mixerNorm.weight"),
    .rename("model.layers.*.post_attention_layernorm.weight", to: "layers.*.feedForwardNorm.weight"),
  ]

  /// The norms of the sandwich wiring under Gemma's names.
  package static let sandwichNorms: [WeightRule] = [
    .rename("model.layers.*.input_layernorm.weight", to: "layers.*.mixerNorm.weight"),
    .rename("model.layers.*.post_attention_layernorm.weight", to: "layers.*.mixerOutputNorm.weight"),
    .rename("model.layers.*.pre_feedforward_layernorm.weight", to: "layers.*.feedForwardNorm.weight"),
    .rename("model.layers.*.post_feedforward_layernorm.weight", to: "layers.*.feedForwardOutputNorm.weight"),
  ]

  /// The head's rule: a checkpoint with a tied head may store the embedding a second time.
  package static func head(_ spec: DecoderSpec, _ name: String) -> WeightRule {
    switch spec.head.weight {
    case .tied: .drop(name)
    case .own, .normalizedRows: .rename(name, to: "head.weight")
    }
  }

  /// The names of GGUF files, which all architectures share (GGUF specification, standardized tensor names).
  package static func ggufNames(_ spec: DecoderSpec) -> WeightMap {
    WeightMap([
      .rename("token_embd.weight", to: "embedding.weight"),
      .rename("position_embd.weight", to: "positions.weight"),
      .rename("token_embd_norm.weight", to: "embeddingNorm.weight"),
      .rename("token_embd_norm.bias", to: "embeddingNorm.bias"),
      .rename(
        "blk.*.{attn_q,attn_k,attn_v,attn_output}.weight", to: "layers.*.mixer.{query,key,value,output}.weight"),
      .rename("blk.*.{attn_q,attn_k,attn_v,attn_output}.bias", to: "layers.*.mixer.{query,key,value,output}.bias"),
      .split("blk.*.attn_qkv.weight", into: fusedParts(spec, "weight")),
      .split("blk.*.attn_qkv.bias", into: fusedParts(spec, "bias")),
      .rename("blk.*.{attn_q_norm,attn_k_norm}.weight", to: "layers.*.mixer.{queryNorm,keyNorm}.weight"),
      .rename("blk.*.{attn_q_norm,attn_k_norm}.bias", to: "layers.*.mixer.{queryNorm,keyNorm}.bias"),
      .rename("blk.*.{ffn_gate,ffn_up,ffn_down}.weight", to: "layers.*.feedForward.{gate,up,down}.weight"),
      .rename("blk.*.{ffn_gate,ffn_up,ffn_down}.bias", to: "layers.*.feedForward.{gate,up,down}.bias"),
      .rename(
        "blk.*.{attn_norm,post_attention_norm,ffn_norm,post_ffw_norm}.weight",
        to: "layers.*.{mixerNorm,mixerOutputNorm,feedForwardNorm,feedForwardOutputNorm}.weight"),
      .rename("blk.*.{attn_norm,ffn_norm}.bias", to: "layers.*.{mixerNorm,feedForwardNorm}.bias"),
      .rename("output_norm.weight", to: "finalNorm.weight"), .rename("output_norm.bias", to: "finalNorm.bias"),
      // Read with the configuration: they scale the rotary frequencies.
      .drop("rope_freqs.weight"), .drop("rope_factors_long.weight"), .drop("rope_factors_short.weight"),
      head(spec, "output.weight"), .rename("output.bias", to: "head.bias"),
    ])
  }

  /// Query, key and value of a fused projection, one below the other.
  static func fusedParts(_ spec: DecoderSpec, _ suffix: String) -> [WeightPart] {
    guard let attention = spec.groupedAttention else { return [] }
    let keys = attention.keyValueHeads * attention.headWidth
    return [
      WeightPart("layers.*.mixer.query.\(suffix)", rows: attention.heads * attention.headWidth),
      WeightPart("layers.*.mixer.key.\(suffix)", rows: keys), WeightPart("layers.*.mixer.value.\(suffix)", rows: keys),
    ]
  }
}

extension WeightRule {
  /// Gate and up of the feed-forward part in one tensor, one below the other.
  static func gateAndUp(_ name: String, suffix: String = "weight") -> WeightRule {
    .split(
      name,
      into: [WeightPart("layers.*.feedForward.gate.\(suffix)"), WeightPart("layers.*.feedForward.up.\(suffix)")])
  }
}
