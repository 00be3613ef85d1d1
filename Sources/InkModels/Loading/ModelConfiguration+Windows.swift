import InkFormats

extension ModelConfiguration {
  /// The window of each layer: from `layer_types` where it is there, else from `use_sliding_window` and the first
  /// layer that has one.
  public func windows(firstLayer key: String) throws(ModelLoadError) -> [GroupedAttentionSpec.Window] {
    let count = try layerCount()
    if let types = try layerTypes(count: count) {
      var windows: [GroupedAttentionSpec.Window] = []
      for type in types {
        windows.append(type == .sliding ? .last(try positive("sliding_window")) : .unlimited)
      }
      return windows
    }
    guard try flag("use_sliding_window", default: false), node["sliding_window"].ifPresent != nil else {
      return Array(repeating: .unlimited, count: count)
    }
    let window = GroupedAttentionSpec.Window.last(try positive("sliding_window"))
    let first = try positive(key, default: count)
    return (0..<count).map { $0 >= first ? window : .unlimited }
  }

  /// The two kinds of attention layer that `layer_types` lists.
  public enum LayerType: String, Sendable {
    case full = "full_attention"
    case sliding = "sliding_attention"
  }

  /// The entries of `layer_types`, or nil when there are none.
  public func layerTypes(count: Int) throws(ModelLoadError) -> [LayerType]? {
    guard let names = try texts("layer_types") else { return nil }
    guard names.count == count else {
      throw ModelLoadError(
        .invalidConfiguration, context: "layer_types", expected: "\(count) entries", found: "\(names.count)")
    }
    var types: [LayerType] = []
    for name in names {
      guard let type = LayerType(rawValue: name) else {
        throw ModelLoadError(
          .unsupported, context: "layer_types", expected: "full_attention or sliding_attention",
          found: ModelLoadError.quoted(name))
      }
      types.append(type)
    }
    return types
  }
}
