import InkChat

/// Examples with the vectors of their inputs, each of length 1.
struct EmbeddedExamples: Sendable {
  let examples: [Example]
  let vectors: [[Float]]
  private let embedder: any Embedder

  init(_ examples: [Example], embedder: any Embedder) async throws(ChainError) {
    self.examples = examples
    self.embedder = embedder
    vectors = try await UnitVectors.embed(examples.map(\.input), as: .comparison, with: embedder)
  }

  /// How like each example is to the question, from -1 to 1.
  func similarities(to query: String) async throws(ChainError) -> [Float] {
    let vector = try await UnitVectors.embed([query], as: .comparison, with: embedder)
    guard let vector = vector.first else { return [] }
    return vectors.map { UnitVectors.dot($0, vector) }
  }
}
