import InkFormats

extension QueryTokensSpec {
  /// Whether a configuration describes query tokens.
  static func isDescribed(by config: JSONNode) -> Bool {
    config["qformer_config"].ifPresent != nil
      && (config["num_query_tokens"].ifPresent != nil || config["image_length"].ifPresent != nil)
  }

  /// The query tokens that a configuration describes: those of BLIP-2 (`num_query_tokens`, `cross_attention_frequency`)
  /// or of VisualGLM (`image_length`, `is_decoder`); nil when there are none.
  init?(_ configuration: ModelConfiguration) throws(ModelLoadError) {
    guard QueryTokensSpec.isDescribed(by: configuration.node),
      let section = try configuration.section("qformer_config")
    else { return nil }
    let isVisualGLM = configuration.node["num_query_tokens"].ifPresent == nil
    let layers: Int
    if isVisualGLM {
      layers = try section.layerCount("num_layers")
    } else {
      layers = section.node["num_hidden_layers"].ifPresent == nil ? 12 : try section.layerCount()
    }
    let frequency = try section.positive("cross_attention_frequency", default: 2)
    let width = try section.positive("hidden_size", default: 768)
    self.init(
      count: try configuration.positive(isVisualGLM ? "image_length" : "num_query_tokens"), width: width,
      heads: try section.positive("num_attention_heads", default: 12),
      feedForwardWidth: try section.positive(
        isVisualGLM ? "inner_hidden_size" : "intermediate_size", default: width <= 1 << 26 ? 4 * width : width),
      looksAtImage: try section.flags("is_decoder", count: layers) ?? (0..<layers).map { $0 % frequency == 0 })
  }
}

extension ModelConfiguration {
  /// A list of as many flags, or nil when there is none.
  fileprivate func flags(_ key: String, count: Int) throws(ModelLoadError) -> [Bool]? {
    guard let present = node[key].ifPresent else { return nil }
    var flags: [Bool] = []
    do throws(FormatError) {
      for element in try present.array { flags.append(try element.bool) }
    } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
    guard flags.count == count else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "\(count) flags", found: "\(flags.count)")
    }
    return flags
  }
}
