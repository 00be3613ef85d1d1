import Foundation
package import InkTensor
import Synchronization

/// Runs the ranks of a run as threads of the test.
package enum Ranks {
  private final class Outcomes<Value: Sendable>: Sendable {
    let byRank = Mutex<[Int: Result<Value, any Error>]>([:])
    let done = DispatchSemaphore(value: 0)
  }

  /// What `body` gives or throws in each rank. A rank that throws ends the others, as a program would.
  package static func outcomes<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) -> [Result<Value, any Error>] {
    let outcomes = Outcomes<Value>()
    for communicator in ThreadCommunicator.group(of: count) {
      Thread.detachNewThread {
        let outcome = Result { try body(communicator) }
        if case .failure = outcome { communicator.abort(status: 1) }
        outcomes.byRank.withLock { $0[communicator.rank] = outcome }
        outcomes.done.signal()
      }
    }
    for _ in 0..<count { outcomes.done.wait() }
    return outcomes.byRank.withLock { byRank in (0..<count).compactMap { byRank[$0] } }
  }

  /// What `body` gives in each rank.
  package static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws -> [Value] {
    try outcomes(count, body).map { try $0.get() }
  }
}
