import InkChat

/// Chooses one of several chains by asking a model which of them fits.
public struct RouteByModel<Label: RawRepresentable & CaseIterable & Sendable, Output: Sendable>: Step
where Label.RawValue == String {
  private let classify: Classify<Label>
  private let way: @Sendable (Label) -> Chain<String, Output>

  /// A router.
  ///
  /// - Parameters:
  ///   - classify: asks the model.
  ///   - way: the chain for each of its answers.
  public init(_ classify: Classify<Label>, _ way: @escaping @Sendable (Label) -> Chain<String, Output>) {
    self.classify = classify
    self.way = way
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> Output {
    let label = try await context.run(classify, on: input)
    context.tell(.routed(to: label.rawValue))
    return try await context.run(way(label), on: input)
  }
}
