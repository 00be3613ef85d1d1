/// A step made of a function.
public struct Transform<Input: Sendable, Output: Sendable>: Step {
  public let name: String?
  private let work: @Sendable (Input) async throws(ChainError) -> Output

  /// A step that applies a function.
  public init(_ name: String, _ work: @escaping @Sendable (Input) async throws(ChainError) -> Output) {
    self.name = name
    self.work = work
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> Output {
    try await work(input)
  }
}
