import InkFormats
public import InkNN

extension ModelConfiguration {
  /// Heads, key-value heads and head width, checked against each other.
  ///
  /// All heads together are bounded like any other extent: cache pages are laid out from them before a tensor is seen.
  public func heads() throws(ModelLoadError) -> (heads: Int, keyValueHeads: Int, headWidth: Int) {
    let found = try divisibleHeads()
    guard found.heads <= ModelConfiguration.largestExtent / found.headWidth else {
      throw ModelLoadError(
        .invalidConfiguration, context: "head_dim",
        expected: "heads of at most \(ModelConfiguration.largestExtent) elements together",
        found: "\(found.heads) heads of \(found.headWidth)")
    }
    return found
  }

  private func divisibleHeads() throws(ModelLoadError) -> (heads: Int, keyValueHeads: Int, headWidth: Int) {
    let heads = try positive("num_attention_heads")
    let keyValueHeads = try positive("num_key_value_heads", default: heads)
    guard heads % keyValueHeads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "num_key_value_heads", expected: "a divisor of \(heads) heads",
        found: "\(keyValueHeads)")
    }
    if node["head_dim"].ifPresent != nil { return (heads, keyValueHeads, try positive("head_dim")) }
    let width = try positive("hidden_size")
    guard width % heads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "hidden_size", expected: "a multiple of \(heads) heads", found: "\(width)")
    }
    return (heads, keyValueHeads, width / heads)
  }

  /// The rotary embedding, from `rope_parameters` or from the older `rope_theta` with `rope_scaling`.
  ///
  /// - Parameter layerType: the entry of `rope_parameters` for models that keep one for each kind of layer.
  public func rotary(
    width: Int, pairing: RotaryEmbedding.Pairing = .halves, layerType: String? = nil
  ) throws(ModelLoadError) -> RotaryEmbedding {
    guard width % 2 == 0 else {
      throw ModelLoadError(.invalidConfiguration, context: "head_dim", expected: "an even width", found: "\(width)")
    }
    let turned = try positive("rotary_dim", default: width)
    guard turned == width else {
      throw ModelLoadError(.unsupported, context: "rotary_dim", expected: "the head width \(width)", found: "\(turned)")
    }
    var parameters = try section("rope_parameters")
    if let layerType, let own = try parameters?.section(layerType) { parameters = own }
    let ownBase = try number("rope_theta", default: 10_000)
    let base = if let parameters { try parameters.number("rope_theta", default: ownBase) } else { ownBase }
    guard base > 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "rope_theta", expected: "a positive number", found: "\(base)")
    }
    var scaling = RotaryEmbedding.Scaling.none
    let described = if let parameters { parameters } else { try section("rope_scaling") }
    if let described { scaling = try described.rotaryScaling(width: width, model: self) }
    return RotaryEmbedding(width: width, base: base, scaling: scaling, pairing: pairing)
  }

  /// The scaling described by this section.
  private func rotaryScaling(
    width: Int, model: ModelConfiguration
  ) throws(ModelLoadError) -> RotaryEmbedding.Scaling {
    var name = try text("rope_type")
    if name == nil { name = try text("type") }
    guard let name else {
      if node["factor"].ifPresent == nil { return .none }
      throw ModelLoadError(
        .invalidConfiguration, context: "\(node.path).rope_type",
        expected: "the kind of scaling, since there is a factor",
        found: "nothing")
    }
    switch name {
    case "default": return .none
    case "linear": return .linear(factor: try factor())
    case "divided":
      let factors = try numbers("factors")?.map { Float($0) } ?? []
      guard factors.count == width / 2, factors.allSatisfy({ $0 > 0 }) else {
        throw ModelLoadError(
          .invalidConfiguration, context: "\(node.path).factors", expected: "\(width / 2) positive numbers",
          found: "\(factors.count) of which \(factors.count { $0 > 0 }) are positive")
      }
      return .divided(by: factors)
    case "llama3":
      let low = try number("low_freq_factor")
      let high = try number("high_freq_factor")
      guard high > low else {
        throw ModelLoadError(
          .invalidConfiguration, context: "\(node.path).high_freq_factor", expected: "more than \(low)",
          found: "\(high)")
      }
      return .llama3(
        factor: try factor(), lowFrequencyFactor: low, highFrequencyFactor: high,
        originalContext: try originalContext(model))
    case "yarn": return .yarn(try yarn(model))
    default:
      throw ModelLoadError(
        .unsupported, context: "\(node.path).rope_type", expected: "default, linear, llama3 or yarn",
        found: ModelLoadError.quoted(name))
    }
  }

  private func yarn(_ model: ModelConfiguration) throws(ModelLoadError) -> RotaryEmbedding.YaRN {
    let factor = try factor()
    var attention = node["attention_factor"].ifPresent == nil ? nil : try number("attention_factor")
    if attention == nil, node["mscale"].ifPresent != nil, node["mscale_all_dim"].ifPresent != nil {
      attention =
        RotaryEmbedding.YaRN.magnitude(factor, scale: try number("mscale"))
        / RotaryEmbedding.YaRN.magnitude(factor, scale: try number("mscale_all_dim"))
    }
    var settings = RotaryEmbedding.YaRN(
      factor: factor, originalContext: try originalContext(model), betaFast: try number("beta_fast", default: 32),
      betaSlow: try number("beta_slow", default: 1), attentionFactor: attention)
    // GGUF's `attn_factor` is no replacement: llama.cpp multiplies the usual magnitude with it.
    settings.attentionFactor *= try number("attention_multiplier", default: 1)
    return settings
  }

  private func factor() throws(ModelLoadError) -> Double {
    let factor = try number("factor")
    guard factor > 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(node.path).factor", expected: "a positive number", found: "\(factor)")
    }
    return factor
  }

  private func originalContext(_ model: ModelConfiguration) throws(ModelLoadError) -> Int {
    if node["original_max_position_embeddings"].ifPresent != nil {
      return try positive("original_max_position_embeddings")
    }
    return try model.positive("max_position_embeddings")
  }
}
