import InkNN

/// What is changed of a model when it is loaded: nothing, unless said otherwise.
public struct LoadingOptions: Sendable, Hashable {
  /// How rotary positions are stretched instead of the model's own way, by a factor of the context of pretraining.
  public enum RotaryStretch: Sendable, Hashable {
    /// As trained.
    case none
    /// Positions divided by the factor (Chen et al., 2023).
    case linear(factor: Double)
    /// A base that grows with the length of the sequence (NTK-aware scaling).
    case dynamicNTK(factor: Double)
    /// NTK by parts with an attention factor (Peng et al., 2023).
    case yarn(factor: Double)

    var factor: Double {
      switch self {
      case .none: 1
      case .linear(let factor), .dynamicNTK(let factor), .yarn(let factor): factor
      }
    }
  }

  /// How the keys and values of a sequence are kept in memory. Decoding reads all of them for every token, so fewer
  /// bytes are not only less memory. The arithmetic is in f32 whatever is chosen.
  public enum CacheFormat: String, Sendable, Hashable, CaseIterable {
    /// As precise as the weights: f32 where a matrix of them is, f16 otherwise.
    case automatic
    /// Four bytes a number, as computed.
    case f32
    /// Two bytes a number; magnitudes beyond 65504 become that.
    case f16
    /// 8 bits a number and a scale for 32 of them: a little more than half the bytes of f16, at the price of rounding.
    case q8
  }

  /// Stretches rotary positions instead of the model's own way, and the context with them.
  public var stretch: RotaryStretch?
  /// Positions of pretraining, where they are not the context of the model's files.
  public var originalContext: Int?
  /// Positions that are allowed instead of those the model was trained for.
  public var contextLength: Int?
  /// How keys and values are kept.
  public var cacheFormat = CacheFormat.automatic
  /// Where the part of a GGUF model lies that reads pictures.
  public var projector = PictureProjector.beside
  /// In which order the rows of a GGUF file's matrices are computed with.
  package var conventions = Conventions.stored

  /// Orders of rows, which GGUF files change.
  package enum Conventions: Sendable, Hashable {
    /// As they are stored.
    case stored
    /// As in the checkpoint that the file was made from: what adapters are made for.
    case checkpoint
  }

  /// Options; without arguments a model is loaded as it is stored.
  public init(
    stretch: RotaryStretch? = nil, originalContext: Int? = nil, contextLength: Int? = nil,
    cacheFormat: CacheFormat = .automatic
  ) {
    self.stretch = stretch
    self.originalContext = originalContext
    self.contextLength = contextLength
    self.cacheFormat = cacheFormat
  }

  /// Applies the changes to what a model is; the format of its cache is asked for when it is put together.
  ///
  /// - Throws: `unsupported` when no layer has rotary positions to stretch, or when positions are learned and there are
  ///   no rows for more of them; `invalidConfiguration` for a factor or a context that cannot be.
  func apply(to spec: inout DecoderSpec) throws(ModelLoadError) {
    if let stretch { try apply(stretch, to: &spec) }
    guard let contextLength else { return }
    try LoadingOptions.check(contextLength, "context length")
    if case .learned(let count, _) = spec.embedding.positions, contextLength > count {
      throw ModelLoadError(
        .unsupported, context: "context length",
        expected: "at most \(count) positions, for which there are learned rows",
        found: "\(contextLength)")
    }
    spec.contextLength = contextLength
  }

  private func apply(_ stretch: RotaryStretch, to spec: inout DecoderSpec) throws(ModelLoadError) {
    let original = originalContext ?? spec.contextLength
    try LoadingOptions.check(original, "context of pretraining")
    let length = Double(original) * stretch.factor
    guard stretch.factor >= 1, length <= Double(ModelConfiguration.largestExtent) else {
      throw ModelLoadError(
        .invalidConfiguration, context: "rotary stretch",
        expected: "a factor of at least 1, and a context within bounds",
        found: "\(stretch.factor) times \(original) positions")
    }
    let scaling: RotaryEmbedding.Scaling =
      switch stretch {
      case .none: .none
      case .linear(let factor): .linear(factor: factor)
      case .dynamicNTK(let factor): .dynamicNTK(factor: factor, originalContext: original)
      case .yarn(let factor): .yarn(RotaryEmbedding.YaRN(factor: factor, originalContext: original))
      }
    var changed = 0
    spec.changeRotary { rotary in
      rotary.scaling = scaling
      changed += 1
    }
    guard changed > 0 else {
      throw ModelLoadError(
        .unsupported, context: "rotary stretch", expected: "a model with rotary positions",
        found: "one whose positions enter otherwise")
    }
    spec.contextLength = Int(length)
  }

  private static func check(_ positions: Int, _ context: String) throws(ModelLoadError) {
    guard positions > 0, positions <= ModelConfiguration.largestExtent else {
      throw ModelLoadError(
        .invalidConfiguration, context: context, expected: "1 to \(ModelConfiguration.largestExtent) positions",
        found: "\(positions)")
    }
  }
}
