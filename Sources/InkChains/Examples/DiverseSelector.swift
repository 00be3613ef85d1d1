public import InkChat

/// Takes examples that are like the question and unlike each other, by maximal marginal relevance (Carbonell and
/// Goldstein 1998); the first choice comes last, next to the question.
public struct DiverseSelector: ExampleSelector {
  private let embedded: EmbeddedExamples
  private let count: Int
  private let weight: Float

  /// Embeds the examples.
  ///
  /// - Parameters:
  ///   - count: how many to take.
  ///   - weight: 1 looks at likeness to the question alone, 0 at unlikeness to what is chosen alone.
  /// - Throws: `invalidSetting` for a weight outside 0 ... 1; `model` when the embedder fails.
  public init(
    _ examples: [Example], count: Int, weight: Float = 0.5, embedder: any Embedder
  ) async throws(ChainError) {
    guard (0...1).contains(weight) else {
      throw ChainError(.invalidSetting, context: "weight of relevance", expected: "0 ... 1", found: "\(weight)")
    }
    embedded = try await EmbeddedExamples(examples, embedder: embedder)
    self.count = count
    self.weight = weight
  }

  public func examples(for query: String) async throws(ChainError) -> [Example] {
    let similarities = try await embedded.similarities(to: query)
    let order = UnitVectors.marginallyRelevant(
      embedded.vectors, similarities: similarities, count: count, weight: weight)
    return order.reversed().map { embedded.examples[$0] }
  }
}
