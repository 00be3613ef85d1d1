import InkFormats
public import InkNN

extension ModelConfiguration {
  /// Latent attention under DeepSeek's keys.
  ///
  /// - Parameter pairing: which elements of the rotated part form a pair.
  public func latentAttention(pairing: RotaryEmbedding.Pairing) throws(ModelLoadError) -> LatentAttentionSpec {
    let heads = try positive("num_attention_heads")
    let content = try positive("qk_nope_head_dim")
    let rotary = try rotary(width: try positive("qk_rope_head_dim"), pairing: pairing)
    let value = try positive("v_head_dim")
    for (key, width) in [("qk_nope_head_dim", content + rotary.width), ("v_head_dim", value)]
    where heads > ModelConfiguration.largestExtent / width {
      throw ModelLoadError(
        .invalidConfiguration, context: key,
        expected: "heads of at most \(ModelConfiguration.largestExtent) elements together",
        found: "\(heads) heads of \(width)")
    }
    let query: LatentAttentionSpec.Query =
      node["q_lora_rank"].ifPresent == nil ? .direct : .compressed(rank: try positive("q_lora_rank"))
    // Published code leaves the norms of the compressed vectors at their default; GGUF files know one number for all.
    let epsilon = container == .gguf ? try epsilon("rms_norm_eps", default: 1e-6) : 1e-6
    return LatentAttentionSpec(
      heads: heads, query: query, keyValueRank: try positive("kv_lora_rank"), contentWidth: content, rotary: rotary,
      valueWidth: value, scale: try latentScale(width: content + rotary.width), norm: .rms(epsilon: epsilon),
      bias: try flag("attention_bias", default: false) ? .present : .none)
  }

  /// One over the root of a head's width, times the square of YaRN's magnitude for all elements where the
  /// configuration names one: the rotation multiplies only part of a head.
  private func latentScale(width: Int) throws(ModelLoadError) -> Float {
    var scale = 1 / Double(width).squareRoot()
    let parameters = try section("rope_parameters")
    let described = if let parameters { parameters } else { try section("rope_scaling") }
    guard let described, described.node["factor"].ifPresent != nil,
      described.node["mscale_all_dim"].ifPresent != nil
    else { return Float(scale) }
    let share = try described.number("mscale_all_dim")
    if share != 0 {
      let magnitude = RotaryEmbedding.YaRN.magnitude(try described.number("factor"), scale: share)
      scale *= magnitude * magnitude
    }
    guard Float(scale).isFinite else {
      throw ModelLoadError(
        .invalidConfiguration, context: "mscale_all_dim", expected: "a number that leaves scores finite",
        found: "\(share)")
    }
    return Float(scale)
  }
}
