/// Steps of one type that take the same input and run at the same time; the output has one value for each name.
///
/// The first failure cancels the others.
public struct ParallelNamed<Input: Sendable, Output: Sendable>: Step {
  private let branches: [(name: String, step: Chain<Input, Output>)]
  private let concurrency: Int

  /// Named branches.
  ///
  /// - Parameter concurrency: how many run at once; nil runs all.
  public init(_ branches: [String: Chain<Input, Output>], concurrency: Int? = nil) {
    // Events number the branches; a dictionary's order would differ from run to run.
    self.branches = branches.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.concurrency = concurrency ?? branches.count
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> [String: Output] {
    let work = branches.map { (step: $0.step, place: context.child(named: $0.name)) }
    let outputs = try await BoundedConcurrency.tryMap(work, limit: concurrency) { _, part throws(ChainError) in
      try await part.place.observed(input) { inner throws(ChainError) in try await inner.run(part.step, on: input) }
    }
    return Dictionary(uniqueKeysWithValues: zip(branches.map(\.name), outputs))
  }
}
