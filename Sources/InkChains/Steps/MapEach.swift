/// Runs a step on every element of an array, a limited number at once, and keeps their order.
///
/// The first failure cancels the others.
public struct MapEach<Part: Step>: Step {
  private let part: Part
  private let concurrency: Int

  /// A step for arrays out of a step for one element.
  ///
  /// - Parameter concurrency: how many elements are under way at once; at least 1.
  public init(concurrency: Int, _ part: Part) {
    self.part = part
    self.concurrency = concurrency
  }

  public func run(_ input: [Part.Input], in context: ChainContext) async throws(ChainError) -> [Part.Output] {
    guard concurrency >= 1 else {
      throw ChainError(
        .invalidSetting, context: "concurrency of a map", expected: "at least 1", found: "\(concurrency)")
    }
    let work = input.enumerated().map { (element: $1, place: context.child(named: "element \($0)")) }
    return try await BoundedConcurrency.tryMap(work, limit: concurrency) { _, item throws(ChainError) in
      try await item.place.observed(item.element) { inner throws(ChainError) in
        try await inner.run(part, on: item.element)
      }
    }
  }
}
