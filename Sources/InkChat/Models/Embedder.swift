/// Something that turns texts into vectors whose nearness means likeness.
public protocol Embedder: Sendable {
  /// Number of elements of every vector.
  var dimension: Int { get }

  /// One vector of `dimension` elements for each text, in order.
  func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]]
}
