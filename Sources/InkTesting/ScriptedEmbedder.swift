public import InkChat

/// An embedder whose vectors are computed by a closure; a text has as many tokens as it has words.
public struct ScriptedEmbedder: Embedder {
  public let dimension: Int
  private let vector: @Sendable (String, EmbeddingPurpose) -> [Float]

  /// An embedder.
  public init(dimension: Int, vector: @escaping @Sendable (String, EmbeddingPurpose) -> [Float]) {
    self.dimension = dimension
    self.vector = vector
  }

  public func tokenCount(of text: String) -> Int? { text.split(separator: " ").count }

  public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    texts.map { vector($0, purpose) }
  }
}
