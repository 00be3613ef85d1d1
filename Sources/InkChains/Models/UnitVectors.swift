import InkChat

/// Vectors of length 1, whose dot product is their likeness.
enum UnitVectors {
  /// Vectors of texts.
  ///
  /// - Throws: `model` when the embedder fails, or gives another number of vectors or elements than it should.
  static func embed(
    _ texts: [String], as purpose: EmbeddingPurpose, with embedder: any Embedder
  ) async throws(ChainError) -> [[Float]] {
    guard !texts.isEmpty else { return [] }
    let vectors: [[Float]]
    do throws(GenerationError) {
      vectors = try await embedder.embed(texts, as: purpose)
    } catch {
      throw ChainError(error, context: "embedder")
    }
    guard vectors.count == texts.count, vectors.allSatisfy({ $0.count == embedder.dimension }) else {
      throw ChainError(
        .model, context: "embedder", expected: "\(texts.count) vectors of \(embedder.dimension) elements",
        found: "\(vectors.count) vectors of \(Set(vectors.map(\.count)).sorted()) elements")
    }
    return vectors.map(normalized)
  }

  static func dot(_ one: [Float], _ other: [Float]) -> Float {
    var sum: Float = 0
    for (left, right) in zip(one, other) { sum += left * right }
    return sum
  }

  private static func normalized(_ vector: [Float]) -> [Float] {
    let length = dot(vector, vector).squareRoot()
    return length > 0 ? vector.map { $0 / length } : vector
  }

  /// Positions by maximal marginal relevance (Carbonell and Goldstein 1998): each choice is the one with the greatest
  /// `weight` x likeness to the query - (1 - `weight`) x likeness to what is chosen already; the first wins a tie.
  static func marginallyRelevant(
    _ vectors: [[Float]], similarities: [Float], count: Int, weight: Float
  ) -> [Int] {
    var chosen: [Int] = []
    var nearest = [Float](repeating: 0, count: vectors.count)
    while chosen.count < min(count, vectors.count) {
      var best: (position: Int, value: Float)?
      for position in vectors.indices where !chosen.contains(position) {
        let value = weight * similarities[position] - (1 - weight) * nearest[position]
        if best.map({ value > $0.value }) ?? true { best = (position, value) }
      }
      guard let best else { break }
      for position in vectors.indices {
        let likeness = dot(vectors[position], vectors[best.position])
        nearest[position] = chosen.isEmpty ? likeness : max(nearest[position], likeness)
      }
      chosen.append(best.position)
    }
    return chosen
  }
}
