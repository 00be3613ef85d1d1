/// A step and the one that takes its output.
public struct Then<Head: Step, Next: Step>: Step where Head.Output == Next.Input {
  /// Nil: the two steps are told of, their order is not.
  public var name: String? { nil }
  private let head: Head
  private let next: Next

  /// One step after another.
  public init(_ head: Head, _ next: Next) {
    self.head = head
    self.next = next
  }

  public func run(_ input: Head.Input, in context: ChainContext) async throws(ChainError) -> Next.Output {
    let middle = try await context.run(head, on: input)
    return try await context.run(next, on: middle)
  }
}
