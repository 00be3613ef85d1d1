public import InkRetrieval

/// Finds pieces of documents that help with a question.
public struct Retrieve: Step {
  private let retriever: any Retriever
  private let count: Int

  /// A search.
  ///
  /// - Parameter count: the most pieces to find.
  public init(_ retriever: any Retriever, count: Int) {
    self.retriever = retriever
    self.count = count
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> Grounded {
    do throws(RetrievalError) {
      return Grounded(question: input, pieces: try await retriever.retrieve(input, count: count))
    } catch {
      throw ChainError(error)
    }
  }
}
