import Foundation
package import InkTensor
import Synchronization

/// A rank that comes late to every exchange, by times of its own.
package final class LateCommunicator: Communicator {
  private let other: any Communicator
  private let random: Mutex<RandomStream>

  /// - Parameter seed: of the times.
  package init(_ other: any Communicator, seed: UInt64) {
    self.other = other
    random = Mutex(RandomStream(seed: seed, name: "late \(other.rank)"))
  }

  package var rank: Int { other.rank }
  package var size: Int { other.size }

  package func exchange(sending: [TensorMessage], receiving: [TensorMessage]) throws(TensorError) {
    Thread.sleep(forTimeInterval: random.withLock { $0.nextUniform() } * 0.002)
    try other.exchange(sending: sending, receiving: receiving)
  }

  package func abort(status: Int32) { other.abort(status: status) }

  package func close() throws(TensorError) { try other.close() }
}
