/// A model that puts pictures and texts into one space (Radford et al., 2021): two towers, each with a projection.
public struct ClipSpec: Sendable, Hashable {
  /// The tower of pictures.
  public var vision: VisionSpec
  /// The tower of texts.
  public var text: ClipTextSpec
  /// Elements of an embedding.
  public var projectionWidth: Int

  /// A spec from its parts.
  public init(vision: VisionSpec, text: ClipTextSpec, projectionWidth: Int) {
    self.vision = vision
    self.text = text
    self.projectionWidth = projectionWidth
  }
}

/// The tower of texts: tokens see those before them, and the state at the end of the text stands for the whole.
public struct ClipTextSpec: Sendable, Hashable {
  /// Where a text ends.
  public enum End: Sendable, Hashable {
    /// At the first token of this id.
    case token(Int32)
    /// At the first of the tokens with the largest id, which is how checkpoints with `eos_token_id` 2 are read: their
    /// end token is the last of the vocabulary.
    case largestToken
  }

  /// Entries of the embedding.
  public var vocabulary: Int
  /// Elements of the residual stream.
  public var width: Int
  /// The most tokens of a text.
  public var contextLength: Int
  /// The layers from the first to the last.
  public var layers: [EncoderLayerSpec]
  /// Of the last layer's states, before the projection.
  public var finalNorm: NormSpec
  /// Which state stands for the whole text.
  public var end: End

  /// A spec from its parts.
  public init(
    vocabulary: Int, width: Int, contextLength: Int, layers: [EncoderLayerSpec], finalNorm: NormSpec, end: End
  ) {
    self.vocabulary = vocabulary
    self.width = width
    self.contextLength = contextLength
    self.layers = layers
    self.finalNorm = finalNorm
    self.end = end
  }

  /// What is wrong with a text's tokens.
  public enum Problem: Sendable, Hashable {
    /// There is no token.
    case empty
    /// More tokens than positions.
    case tooLong(limit: Int)
    /// An id that is not in the vocabulary.
    case token(Int32)
    /// No token that ends the text.
    case noEnd(Int32)
  }

  /// The first thing that is wrong, or nil when the tower can read the tokens.
  public func check(_ tokens: [Int32]) -> Problem? {
    if tokens.isEmpty { return .empty }
    if tokens.count > contextLength { return .tooLong(limit: contextLength) }
    if let token = tokens.first(where: { $0 < 0 || Int($0) >= vocabulary }) { return .token(token) }
    if case .token(let end) = end, !tokens.contains(end) { return .noEnd(end) }
    return nil
  }

  /// The position that stands for a text.
  func endPosition(_ tokens: [Int32]) -> Int {
    let wanted: Int32 =
      switch end {
      case .token(let token): token
      case .largestToken: tokens.max() ?? 0
      }
    return tokens.firstIndex(of: wanted) ?? 0
  }
}
