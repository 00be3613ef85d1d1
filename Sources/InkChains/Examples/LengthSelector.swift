/// Takes examples in order while question and examples together stay within a length.
public struct LengthSelector: ExampleSelector {
  private let all: [Example]
  private let limit: Int
  private let length: @Sendable (String) -> Int

  /// A selector.
  ///
  /// - Parameters:
  ///   - limit: the most that the question and all inputs and outputs may have together.
  ///   - length: measures a text, in any unit: `\.count`, or an embedder's tokens.
  public init(_ examples: [Example], limit: Int, length: @escaping @Sendable (String) -> Int = { $0.count }) {
    all = examples
    self.limit = limit
    self.length = length
  }

  public func examples(for query: String) async throws(ChainError) -> [Example] {
    var left = limit - length(query)
    var chosen: [Example] = []
    for example in all {
      left -= length(example.input) + length(example.output)
      guard left >= 0 else { break }
      chosen.append(example)
    }
    return chosen
  }
}
