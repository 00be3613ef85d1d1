import InkFormats
import InkNN
import InkTensor

extension WeightMap {
  /// The names of DeepSeek's checkpoints: latent attention, experts, and the layers that predict ahead.
  static func latentNames(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = latentAttention(spec) else { return .llamaNames(spec) }
    var rules: [WeightRule] = []
    for names in predictions(spec, file: "model.layers") {
      rules += latentRules(attention, names) + huggingFaceExperts(names, shared: "shared_experts")
      let (file, decoder) = (names.file, names.decoder)
      rules += [
        .rename("\(file).self_attn.o_proj.{weight,bias}", to: "\(decoder).mixer.output.{weight,bias}"),
        .rename(
          "\(file).mlp.{gate_proj,up_proj,down_proj}.weight", to: "\(decoder).feedForward.{gate,up,down}.weight"),
        .rename(
          "\(file).{input_layernorm,post_attention_layernorm}.weight",
          to: "\(decoder).{mixerNorm,feedForwardNorm}.weight"),
        .rename("\(file).embed_tokens.weight", to: "\(decoder).embedding.weight"),
        .rename(
          "\(file).{enorm,hnorm,eh_proj}.weight", to: "\(decoder).{embeddingNorm,hiddenNorm,projection}.weight"),
        .rename("\(file).shared_head.{norm,head}.weight", to: "\(decoder).{finalNorm,head}.weight"),
      ]
    }
    return WeightMap(rules + latentRules(attention, .all) + huggingFaceExperts(shared: "shared_experts"))
      + .llamaNames(spec)
  }

  /// Latent attention under DeepSeek's names. Matrices for content and position are rows of one, head by head.
  private static func latentRules(_ attention: LatentAttentionSpec, _ names: LayerNames) -> [WeightRule] {
    let (file, mixer) = ("\(names.file).self_attn", "\(names.decoder).mixer")
    let query: [WeightRule]
    switch attention.query {
    case .direct: query = [splitQuery(attention, "\(file).q_proj.weight", mixer)]
    case .compressed:
      query = [
        splitQuery(attention, "\(file).q_b_proj.weight", mixer),
        .rename("\(file).q_a_proj.{weight,bias}", to: "\(mixer).queryCompression.{weight,bias}"),
        .rename("\(file).q_a_layernorm.weight", to: "\(mixer).queryNorm.weight"),
      ]
    }
    return query + [
      splitCompression(attention, "\(file).kv_a_proj_with_mqa", mixer, "weight"),
      splitCompression(attention, "\(file).kv_a_proj_with_mqa", mixer, "bias"),
      .rename("\(file).kv_a_layernorm.weight", to: "\(mixer).keyValueNorm.weight"),
      splitExpansion(attention, "\(file).kv_b_proj.weight", mixer),
    ]
  }

  /// The names of GGUF files of DeepSeek V2 and V3.
  static func ggufLatentNames(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = latentAttention(spec) else { return .ggufNames(spec) }
    var rules: [WeightRule] = []
    for names in predictions(spec, file: "blk") {
      let (file, decoder) = (names.file, names.decoder)
      rules += ggufLatentRules(attention, names) + ggufExperts(layer: file, to: decoder)
      rules += [
        .rename("\(file).attn_output.weight", to: "\(decoder).mixer.output.weight"),
        .rename("\(file).{ffn_gate,ffn_up,ffn_down}.weight", to: "\(decoder).feedForward.{gate,up,down}.weight"),
        .rename("\(file).{attn_norm,ffn_norm}.weight", to: "\(decoder).{mixerNorm,feedForwardNorm}.weight"),
        .rename("\(file).nextn.embed_tokens.weight", to: "\(decoder).embedding.weight"),
        .rename(
          "\(file).nextn.{enorm,hnorm,eh_proj}.weight", to: "\(decoder).{embeddingNorm,hiddenNorm,projection}.weight"),
        .rename(
          "\(file).nextn.{shared_head_norm,shared_head_head}.weight", to: "\(decoder).{finalNorm,head}.weight"),
      ]
    }
    let names = LayerNames(file: "blk.*", decoder: "layers.*")
    return WeightMap(rules + ggufLatentRules(attention, names) + ggufExperts()) + .ggufNames(spec)
  }

  /// As ``ggufLatentNames(_:)``, with the matrices that make keys and values of the compressed vector as a checkpoint
  /// has them: rows of one matrix, head by head.
  static func ggufLatentCheckpoint(_ spec: DecoderSpec) -> WeightMap {
    guard let attention = latentAttention(spec) else { return .ggufNames(spec) }
    let (heads, value, rank) = (attention.heads, attention.valueWidth, attention.keyValueRank)
    let rules = (predictions(spec, file: "blk") + [LayerNames(file: "blk.*", decoder: "layers.*")]).flatMap {
      names -> [WeightRule] in
      [
        .transposeSlices(
          "\(names.file).attn_k_b.weight", to: "\(names.decoder).mixer.keyExpansion.weight", count: heads),
        .reshape(
          "\(names.file).attn_v_b.weight", to: "\(names.decoder).mixer.valueExpansion.weight",
          from: [heads, value, rank], into: [heads * value, rank]),
      ]
    }
    return WeightMap(rules) + ggufLatentNames(spec)
  }

  private static func ggufLatentRules(_ attention: LatentAttentionSpec, _ names: LayerNames) -> [WeightRule] {
    let (file, mixer) = (names.file, "\(names.decoder).mixer")
    let query: [WeightRule]
    switch attention.query {
    case .direct: query = [splitQuery(attention, "\(file).attn_q.weight", mixer)]
    case .compressed:
      query = [
        splitQuery(attention, "\(file).attn_q_b.weight", mixer),
        .rename("\(file).attn_q_a.weight", to: "\(mixer).queryCompression.weight"),
        .rename("\(file).attn_q_a_norm.weight", to: "\(mixer).queryNorm.weight"),
      ]
    }
    return query + [
      splitCompression(attention, "\(file).attn_kv_a_mqa", mixer, "weight"),
      .rename("\(file).attn_kv_a_norm.weight", to: "\(mixer).keyValueNorm.weight"),
      // Newer files store the matrices as the absorbed form reads them, older ones as the checkpoint does.
      .rename("\(file).{attn_k_b,attn_v_b}.weight", to: "\(mixer).{absorption,valueExpansion}.weight"),
      splitExpansion(attention, "\(file).attn_kv_b.weight", mixer),
    ]
  }

  private static func splitQuery(_ attention: LatentAttentionSpec, _ name: String, _ mixer: String) -> WeightRule {
    .split(
      name,
      into: [
        WeightPart("\(mixer).queryContent.weight", rows: attention.heads * attention.contentWidth),
        WeightPart("\(mixer).queryRotary.weight", rows: attention.heads * attention.rotary.width),
      ], groups: attention.heads)
  }

  private static func splitCompression(
    _ attention: LatentAttentionSpec, _ name: String, _ mixer: String, _ suffix: String
  ) -> WeightRule {
    .split(
      "\(name).\(suffix)",
      into: [
        WeightPart("\(mixer).keyValueCompression.\(suffix)", rows: attention.keyValueRank),
        WeightPart("\(mixer).keyRotary.\(suffix)", rows: attention.rotary.width),
      ])
  }

  private static func splitExpansion(_ attention: LatentAttentionSpec, _ name: String, _ mixer: String) -> WeightRule {
    .split(
      name,
      into: [
        WeightPart("\(mixer).keyExpansion.weight", rows: attention.heads * attention.contentWidth),
        WeightPart("\(mixer).valueExpansion.weight", rows: attention.heads * attention.valueWidth),
      ], groups: attention.heads)
  }

  private static func latentAttention(_ spec: DecoderSpec) -> LatentAttentionSpec? {
    for layer in spec.layers { if case .latent(let attention) = layer.mixer { return attention } }
    return nil
  }

  /// The layers behind the last one; the decoder's own names would take them for its own, so these come first.
  private static func predictions(_ spec: DecoderSpec, file: String) -> [LayerNames] {
    (0..<spec.predictionLayers).map {
      LayerNames(file: "\(file).\(spec.layers.count + $0)", decoder: "prediction.\($0)")
    }
  }
}
