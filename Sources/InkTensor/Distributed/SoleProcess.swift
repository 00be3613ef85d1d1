/// A run in one process: there is nobody to talk to.
package struct SoleProcess: Communicator {
  package let rank = 0
  package let size = 1

  package init() {}

  package func exchange(sending: [TensorMessage], receiving: [TensorMessage]) {
    if let message = sending.first ?? receiving.first {
      trap("SoleProcess.exchange", "a message to or from rank \(message.peer) of one process")
    }
  }

  /// Nobody waits for this process: whoever failed ends it.
  package func abort(status: Int32) {}

  package func close() {}
}

extension Communicator where Self == SoleProcess {
  /// A run in one process.
  package static var alone: SoleProcess { SoleProcess() }
}
