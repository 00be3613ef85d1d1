import Synchronization

/// Chains that take the same input and run at the same time; the output is a tuple with one element for each, in order.
///
/// ```swift
/// let both = Parallel(Chain { summarise }, Chain { classify })   // String -> (String, Mood)
/// ```
///
/// The first failure cancels the others.
public struct Parallel<Input: Sendable, each Branch: Sendable>: Step {
  /// What the branches make, in order.
  public typealias Output = (repeat each Branch)
  private let branches: (repeat Chain<Input, each Branch>)

  /// Branches that run at the same time.
  public init(_ branches: repeat Chain<Input, each Branch>) {
    self.branches = (repeat each branches)
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> (repeat each Branch) {
    let slots = (repeat Slot<each Branch>())
    var jobs: [@Sendable () async throws(ChainError) -> Void] = []
    for (branch, slot) in repeat (each branches, each slots) {
      // The place is taken here, in the branches' order, and not when the branch happens to start.
      let place = context.child(named: "branch \(jobs.count)")
      jobs.append(Self.job(branch, leavingIn: slot, at: place, on: input))
    }
    _ = try await BoundedConcurrency.tryMap(jobs, limit: jobs.count) { _, job throws(ChainError) in
      try await job()
    }
    return (repeat try (each slots).take())
  }

  private static func job<Output: Sendable>(
    _ branch: Chain<Input, Output>, leavingIn slot: Slot<Output>, at place: ChainContext, on input: Input
  ) -> @Sendable () async throws(ChainError) -> Void {
    { () async throws(ChainError) in
      let output = try await place.observed(input) { inner throws(ChainError) in
        try await inner.run(branch, on: input)
      }
      slot.put(output)
    }
  }
}

/// Where a branch leaves its output.
private final class Slot<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)

  func put(_ new: Value) { value.withLock { $0 = new } }

  func take() throws(ChainError) -> Value {
    guard let value = value.withLock({ $0 }) else {
      throw ChainError(.cancelled, context: "parallel branches", found: "a branch that did not finish")
    }
    return value
  }
}
