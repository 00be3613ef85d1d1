/// Runs a step again when it fails, within limits.
public struct Retry<Part: Step>: Step {
  private let part: Part
  private let policy: RetryPolicy

  /// A step that is tried again as the policy says.
  public init(_ policy: RetryPolicy, _ part: Part) {
    self.part = part
    self.policy = policy
  }

  public func run(_ input: Part.Input, in context: ChainContext) async throws(ChainError) -> Part.Output {
    try policy.check()
    let start = context.clock.elapsed()
    var attempt = 1
    while true {
      do throws(ChainError) {
        return try await context.run(part, on: input)
      } catch {
        guard policy.codes.contains(error.code), attempt < policy.attempts else { throw error }
        let delay = policy.delay(before: attempt + 1)
        if let longest = policy.longestTotal, context.clock.elapsed() - start + delay > longest { throw error }
        attempt += 1
        context.tell(.retrying(attempt: attempt, after: error))
        try await context.clock.sleep(for: delay)
      }
    }
  }
}

extension Step {
  /// The step, tried again as the policy says.
  public func retrying(_ policy: RetryPolicy) -> Retry<Self> { Retry(policy, self) }
}
