import InkFormats

/// Settings of attention scores and logits that Gemma and others share.
extension ModelConfiguration {
  /// A band for scores or logits: nil when absent.
  func cap(_ key: String) throws(ModelLoadError) -> Float? {
    guard node[key].ifPresent != nil else { return nil }
    let cap = try number(key)
    // Checked as f32: a cap that rounds to zero or to infinity would make every logit the same or none a number.
    guard Float(cap) > 0, Float(cap).isFinite else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "a positive number", found: "\(cap)")
    }
    return Float(cap)
  }

  /// What dot products are multiplied with: one over the root of `query_pre_attn_scalar`.
  ///
  /// - Parameter layersOfLargest: the layers by which GGUF files of the largest model are told from the others.
  func scoreScale(headWidth: Int, layersOfLargest: Int) throws(ModelLoadError) -> Float {
    var usual = headWidth
    if container == .gguf, try layerCount() == layersOfLargest {
      usual = max(try positive("hidden_size") / (try positive("num_attention_heads")), 1)
    }
    let scalar = try number("query_pre_attn_scalar", default: Double(usual))
    guard scalar > 0, Float(1 / scalar.squareRoot()).isFinite else {
      throw ModelLoadError(
        .invalidConfiguration, context: "query_pre_attn_scalar", expected: "a positive number", found: "\(scalar)")
    }
    return Float(1 / scalar.squareRoot())
  }
}
