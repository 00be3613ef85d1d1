/// Steps joined to one, each taking what the one before it makes.
///
/// ```swift
/// let summarise = Chain {
///   Transform("ask") { (text: String) in [Message.user("Summarise: " + text)] }
///   Generate(model)
/// }
/// ```
///
/// Steps in a wrong order do not compile; the message names the two types that do not meet.
public struct Chain<Input: Sendable, Output: Sendable>: Step {
  /// A chain arranges its steps and tells nothing of its own, unless it was given a name.
  public let name: String?
  private let work: @Sendable (Input, ChainContext) async throws(ChainError) -> Output

  /// A chain of the steps in the braces.
  ///
  /// - Parameter name: what events call the chain as a whole; nil leaves it out.
  public init<Steps: Step<Input, Output>>(_ name: String? = nil, @ChainBuilder _ steps: () -> Steps) {
    let steps = steps()
    self.name = name
    work = { input, context throws(ChainError) in
      // The steps' own name is shown unless they are a chain's braces, which have none.
      try await context.run(steps, on: input)
    }
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> Output {
    try await work(input, context)
  }
}
