import InkChat

/// Stands where a search by words needs no vectors, so that no model has to be loaded.
struct AbsentEmbedder: Embedder {
  let dimension: Int

  func tokenCount(of text: String) -> Int? { nil }

  func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    throw GenerationError(code: .unsupported, context: "embedding", found: "a search by words has no embedder")
  }
}
