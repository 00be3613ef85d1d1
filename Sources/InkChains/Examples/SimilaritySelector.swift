public import InkChat

/// Takes the examples whose inputs are most like the question; the most alike comes last, next to the question.
public struct SimilaritySelector: ExampleSelector {
  private let embedded: EmbeddedExamples
  private let count: Int

  /// Embeds the examples.
  ///
  /// - Parameter count: how many to take.
  /// - Throws: `model` when the embedder fails.
  public init(_ examples: [Example], count: Int, embedder: any Embedder) async throws(ChainError) {
    embedded = try await EmbeddedExamples(examples, embedder: embedder)
    self.count = count
  }

  public func examples(for query: String) async throws(ChainError) -> [Example] {
    let similarities = try await embedded.similarities(to: query)
    let order = similarities.indices.sorted {
      (-similarities[$0], $0) < (-similarities[$1], $1)
    }
    return order.prefix(max(count, 0)).reversed().map { embedded.examples[$0] }
  }
}
