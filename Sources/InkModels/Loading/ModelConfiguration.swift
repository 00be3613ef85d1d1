public import InkFormats
public import InkTensor

/// The settings of a model under the keys of Hugging Face's `config.json`, checked as they are read.
///
/// GGUF metadata is translated into the same keys (``ModelConfiguration/init(gguf:)``), so a family decodes one form.
public struct ModelConfiguration: Sendable {
  /// Where the weights come from: some families store them differently.
  public enum Container: Sendable, Hashable {
    case huggingFace
    case gguf
  }

  /// The keys.
  public let node: JSONNode
  /// The kind of file the weights are in.
  public let container: Container

  /// Numbers beyond this one are no model's: a damaged or hostile file.
  static let largestExtent = 1 << 28

  /// A configuration of a `config.json`.
  public init(_ node: JSONNode, container: Container = .huggingFace) {
    self.node = node
    self.container = container
  }

  /// The first of several words for a setting that is there; the first of all when none is.
  public func spelling(_ keys: String...) -> String {
    keys.first { node[$0].ifPresent != nil } ?? keys.first ?? ""
  }

  /// A factor, or the default when the key is absent: positive and finite as f32, so that it neither blanks nor blows up
  /// what it multiplies.
  public func factor(_ key: String, default fallback: Double? = nil) throws(ModelLoadError) -> Float {
    let factor = try number(key, default: fallback)
    guard Float(factor) > 0, Float(factor).isFinite, (1 / Float(factor)).isFinite else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "a positive number", found: "\(factor)")
    }
    return Float(factor)
  }

  /// Refuses a setting that is switched on.
  public func requireOff(_ keys: String...) throws(ModelLoadError) {
    for key in keys where try flag(key, default: false) {
      throw ModelLoadError(.unsupported, context: key, expected: "false", found: "true")
    }
  }

  /// A positive whole number, or the default when the key is absent.
  public func positive(_ key: String, default fallback: Int? = nil) throws(ModelLoadError) -> Int {
    guard let present = node[key].ifPresent else {
      if let fallback { return fallback }
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "a positive whole number", found: "nothing")
    }
    let value = try reading { () throws(FormatError) in try present.int }
    guard value > 0, value <= ModelConfiguration.largestExtent else {
      throw ModelLoadError(
        .invalidConfiguration, context: key, expected: "a whole number from 1 to \(ModelConfiguration.largestExtent)",
        found: "\(value)")
    }
    return value
  }

  /// A finite number, or the default when the key is absent.
  public func number(_ key: String, default fallback: Double? = nil) throws(ModelLoadError) -> Double {
    guard let present = node[key].ifPresent else {
      if let fallback { return fallback }
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "a number", found: "nothing")
    }
    return try reading { () throws(FormatError) in try present.double }
  }

  /// What a norm adds before it divides, or the default when the key is absent: not negative, so that no root of a
  /// negative number is taken.
  public func epsilon(_ key: String, default fallback: Double) throws(ModelLoadError) -> Float {
    let epsilon = try number(key, default: fallback)
    guard epsilon >= 0 else {
      throw ModelLoadError(
        .invalidConfiguration, context: key, expected: "a number that is not negative", found: "\(epsilon)")
    }
    return Float(epsilon)
  }

  /// True or false, or the default when the key is absent.
  public func flag(_ key: String, default fallback: Bool) throws(ModelLoadError) -> Bool {
    guard let present = node[key].ifPresent else { return fallback }
    return try reading { () throws(FormatError) in try present.bool }
  }

  /// A string, or nil when the key is absent.
  public func text(_ key: String) throws(ModelLoadError) -> String? {
    guard let present = node[key].ifPresent else { return nil }
    return try reading { () throws(FormatError) in try present.string }
  }

  /// The strings of an array, or nil when the key is absent.
  public func texts(_ key: String) throws(ModelLoadError) -> [String]? {
    guard let present = node[key].ifPresent else { return nil }
    return try reading { () throws(FormatError) in
      var texts: [String] = []
      for element in try present.array { texts.append(try element.string) }
      return texts
    }
  }

  /// The numbers of an array, or nil when the key is absent.
  public func numbers(_ key: String) throws(ModelLoadError) -> [Double]? {
    guard let present = node[key].ifPresent else { return nil }
    return try reading { () throws(FormatError) in
      var numbers: [Double] = []
      for element in try present.array { numbers.append(try element.double) }
      return numbers
    }
  }

  /// The object under a key, or nil when the key is absent.
  public func section(_ key: String) throws(ModelLoadError) -> ModelConfiguration? {
    guard let present = node[key].ifPresent else { return nil }
    return try reading { () throws(FormatError) in
      guard case .object? = present.value else { throw present.mismatch("an object") }
      return ModelConfiguration(present, container: container)
    }
  }

  /// The number of layers, bounded because each becomes a list entry.
  public func layerCount(_ key: String = "num_hidden_layers") throws(ModelLoadError) -> Int {
    let count = try positive(key)
    guard count <= 4096 else {
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "at most 4096 layers", found: "\(count)")
    }
    return count
  }

  /// The activation named by a key.
  public func activation(
    _ key: String, default fallback: ActivationFunction? = nil
  ) throws(ModelLoadError) -> ActivationFunction {
    guard let name = try text(key) else {
      if let fallback { return fallback }
      throw ModelLoadError(.invalidConfiguration, context: key, expected: "the name of an activation", found: "nothing")
    }
    switch name {
    case "silu", "swish": return .silu
    case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate": return .geluTanh
    case "gelu", "gelu_python": return .geluErf
    case "relu": return .relu
    case "quick_gelu": return .quickGELU
    default:
      throw ModelLoadError(
        .unsupported, context: key, expected: "silu, gelu, gelu_new, gelu_pytorch_tanh, relu or quick_gelu",
        found: ModelLoadError.quoted(name))
    }
  }

  private func reading<Value>(_ body: () throws(FormatError) -> Value) throws(ModelLoadError) -> Value {
    do { return try body() } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
  }
}
