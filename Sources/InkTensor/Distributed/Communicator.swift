/// The processes of one run, and how they exchange tensors.
///
/// An implementation only knows how to exchange; what processes do together (sums, broadcasts) is built on that, so that
/// sums are ours: added in the order of the ranks, whatever arrives first (law 2). All processes make the same calls in
/// the same order.
package protocol Communicator: Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var size: Int { get }

  /// Sends and receives, and returns when all of it is done.
  ///
  /// Between two processes, the n-th message sent is the n-th received; both have the same number of bytes. Nobody is sent
  /// a message by itself.
  ///
  /// - Throws: `communication` when a process is gone, or when a message has another length than its receiver expects. The
  ///   run cannot go on then: ``abort(status:)``.
  func exchange(sending: [TensorMessage], receiving: [TensorMessage]) throws(TensorError)

  /// Ends all processes of the run, this one among them, because it failed here.
  ///
  /// - Parameter status: the exit status.
  func abort(status: Int32)

  /// Parts from the other processes in peace; nothing may be exchanged afterwards.
  func close() throws(TensorError)
}
