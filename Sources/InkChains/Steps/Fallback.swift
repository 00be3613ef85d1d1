/// Tries steps one after the other until one succeeds.
///
/// A cancelled run, and one whose budget is used up, are not tried again.
public struct Fallback<Input: Sendable, Output: Sendable>: Step {
  private let steps: [Chain<Input, Output>]

  /// A step and those that stand in for it, in order.
  public init(_ first: Chain<Input, Output>, _ others: Chain<Input, Output>...) {
    steps = [first] + others
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> Output {
    var last = ChainError(.invalidSetting, context: "fallback", expected: "at least one step")
    for (number, step) in steps.enumerated() {
      do throws(ChainError) {
        return try await context.run(step, on: input)
      } catch {
        switch error.code {
        case .cancelled, .budget: throw error
        case .invalidInput, .invalidSetting, .unparsable, .model, .unavailable, .tool, .retrieval, .refused, .store,
          .unsupported:
          last = error
        }
        if number + 1 < steps.count { context.tell(.fellBack(to: number + 1, after: error)) }
      }
    }
    throw last
  }
}
