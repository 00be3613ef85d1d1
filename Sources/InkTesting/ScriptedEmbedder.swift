public import InkChat

/// An embedder whose vectors are computed by a closure; a text has as many tokens as it has words.
public struct ScriptedEmbedder: Embedder {
  public let dimension: Int
  private let vector: @Sendable (String, EmbeddingPurpose) -> [Float]
  private let maximumTokens: Int?

  /// An embedder.
  ///
  /// - Parameter maximumTokens: words of a text that it says it reads; the closure is given the whole text all the same.
  public init(
    dimension: Int, maximumTokens: Int? = nil, vector: @escaping @Sendable (String, EmbeddingPurpose) -> [Float]
  ) {
    self.dimension = dimension
    self.maximumTokens = maximumTokens
    self.vector = vector
  }

  public func tokenCount(of text: String) -> Int? { text.split(separator: " ").count }

  public func extent(of text: String, as purpose: EmbeddingPurpose) -> EmbeddedExtent {
    guard let maximumTokens, let count = tokenCount(of: text), count > maximumTokens else { return .whole }
    return .beginning(tokens: maximumTokens, of: count)
  }

  public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    texts.map { vector($0, purpose) }
  }
}
