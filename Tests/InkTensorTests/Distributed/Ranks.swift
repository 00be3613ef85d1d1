import Foundation
import InkTensor
import Synchronization

/// Runs the ranks of a run as threads of the test.
enum Ranks {
  private final class Outcomes<Value: Sendable>: Sendable {
    let byRank = Mutex<[Int: Result<Value, any Error>]>([:])
    let done = DispatchSemaphore(value: 0)
  }

  /// What `body` gives or throws in each rank. A rank that throws ends the others, as a program would.
  static func outcomes<Value: Sendable>(
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
  static func run<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
  ) throws -> [Value] {
    try outcomes(count, body).map { try $0.get() }
  }
}

/// A rank that comes late to every exchange, by times of its own.
final class LateCommunicator: Communicator {
  private let other: any Communicator
  private let random: Mutex<RandomStream>

  init(_ other: any Communicator, seed: UInt64) {
    self.other = other
    random = Mutex(RandomStream(seed: seed, name: "late \(other.rank)"))
  }

  var rank: Int { other.rank }
  var size: Int { other.size }

  func exchange(sending: [TensorMessage], receiving: [TensorMessage]) throws(TensorError) {
    Thread.sleep(forTimeInterval: random.withLock { $0.nextUniform() } * 0.002)
    try other.exchange(sending: sending, receiving: receiving)
  }

  func abort(status: Int32) { other.abort(status: status) }

  func close() throws(TensorError) { try other.close() }
}
