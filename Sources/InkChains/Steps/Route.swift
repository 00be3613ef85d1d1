/// Chooses one of several steps by looking at the input.
///
/// ```swift
/// let answer = Route(choose: { (question: Question) in question.language }) {
///   switch $0 { case .chinese: chineseChain; case .english: englishChain }
/// }
/// ```
///
/// The choice is a value of a type of your own, so that a `switch` over it cannot forget a way.
public struct Route<Input: Sendable, Choice: Sendable, Output: Sendable>: Step {
  private let choose: @Sendable (Input) async throws(ChainError) -> Choice
  private let way: @Sendable (Choice) -> Chain<Input, Output>

  /// A router.
  ///
  /// - Parameters:
  ///   - choose: what the input asks for.
  ///   - way: the step for it.
  public init(
    choose: @escaping @Sendable (Input) async throws(ChainError) -> Choice,
    _ way: @escaping @Sendable (Choice) -> Chain<Input, Output>
  ) {
    self.choose = choose
    self.way = way
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> Output {
    let choice = try await choose(input)
    context.tell(.routed(to: String(describing: choice)))
    return try await context.run(way(choice), on: input)
  }
}
