import InkFormats
public import InkNN

extension ModelConfiguration {
  /// Heads, key-value heads and head width, checked against each other.
  ///
  /// All heads together are bounded like any other extent: cache pages are laid out from them before a tensor is seen.
  ///
  /// - Parameters: the family's words for the numbers of heads and for the width of the residual stream.
  public func heads(
    count: String = "num_attention_heads", keyValues: String = "num_key_value_heads", width: String = "hidden_size"
  ) throws(ModelLoadError) -> (heads: Int, keyValueHeads: Int, headWidth: Int) {
    let heads = try positive(count)
    let keyValueHeads = try positive(keyValues, default: heads)
    guard heads % keyValueHeads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: keyValues, expected: "a divisor of \(heads) heads", found: "\(keyValueHeads)")
    }
    let headWidth = try headWidth(heads: heads, width: width)
    guard heads <= ModelConfiguration.largestExtent / headWidth else {
      throw ModelLoadError(
        .invalidConfiguration, context: "head_dim",
        expected: "heads of at most \(ModelConfiguration.largestExtent) elements together",
        found: "\(heads) heads of \(headWidth)")
    }
    return (heads, keyValueHeads, headWidth)
  }

  private func headWidth(heads: Int, width key: String) throws(ModelLoadError) -> Int {
    if node["head_dim"].ifPresent != nil { return try positive("head_dim") }
    let width = try positive(key)
    guard width % heads == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: key, expected: "a multiple of \(heads) heads", found: "\(width)")
    }
    return width / heads
  }

  /// The rotary embedding, from `rope_parameters` or from the older `rope_theta` with `rope_scaling`. Where only a part
  /// of each head is turned, its width is that of the part.
  ///
  /// - Parameters:
  ///   - width: elements of a head.
  ///   - share: the part of a head that is turned where the configuration does not say.
  ///   - layerType: the entry of `rope_parameters` for models that keep one for each kind of layer.
  public func rotary(
    width: Int, pairing: RotaryEmbedding.Pairing = .halves, share: Double = 1, layerType: String? = nil
  ) throws(ModelLoadError) -> RotaryEmbedding {
    var parameters = try section("rope_parameters")
    if let layerType, let own = try parameters?.section(layerType) { parameters = own }
    let turned = try turnedWidth(of: width, parameters, share: share)
    // GPT-NeoX has its own word for the base.
    let olderBase = try number("rope_theta", default: number("rotary_emb_base", default: 10_000))
    let base = if let parameters { try parameters.number("rope_theta", default: olderBase) } else { olderBase }
    guard base > 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: "rope_theta", expected: "a positive number", found: "\(base)")
    }
    var scaling = RotaryEmbedding.Scaling.none
    let described = if let parameters { parameters } else { try section("rope_scaling") }
    if let described { scaling = try described.rotaryScaling(width: turned, model: self) }
    return RotaryEmbedding(width: turned, base: base, scaling: scaling, pairing: pairing)
  }

  /// The elements of a head that are turned: given as a number (`rotary_dim`) or as a share of the head
  /// (`partial_rotary_factor`, in `rope_parameters` or beside them; GPT-NeoX: `rotary_pct`).
  private func turnedWidth(
    of width: Int, _ parameters: ModelConfiguration?, share: Double
  ) throws(ModelLoadError) -> Int {
    var (key, turned) = ("head_dim", Int(Double(width) * share))
    if node["rotary_dim"].ifPresent != nil {
      (key, turned) = ("rotary_dim", try positive("rotary_dim"))
    } else if let (name, share) = try rotaryShare(parameters) {
      guard share > 0, share <= 1 else {
        throw ModelLoadError(
          .invalidConfiguration, context: name, expected: "a share of the head, from 0 to 1", found: "\(share)")
      }
      (key, turned) = (name, Int(Double(width) * share))
    }
    guard turned > 0, turned <= width, turned % 2 == 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: key,
        expected: key == "head_dim" ? "an even width" : "an even part of the head width \(width)", found: "\(turned)")
    }
    return turned
  }

  private func rotaryShare(
    _ parameters: ModelConfiguration?
  ) throws(ModelLoadError) -> (key: String, share: Double)? {
    if let parameters, parameters.node["partial_rotary_factor"].ifPresent != nil {
      return ("rope_parameters.partial_rotary_factor", try parameters.number("partial_rotary_factor"))
    }
    for key in ["partial_rotary_factor", "rotary_pct"] where node[key].ifPresent != nil {
      return (key, try number(key))
    }
    return nil
  }
}
