import InkChat
import Synchronization

/// The requests that are being answered, so that the other side can cancel them.
final class RunningCalls: Sendable {
  typealias Work = Task<RemoteCallMessage, Never>

  /// What became of a request.
  enum Start {
    case begun(Work)
    case refused(RemoteCallFailure)
  }

  private let tasks = Mutex<[JSONValue: Work]>([:])
  private let most: Int

  /// No requests yet.
  ///
  /// - Parameter most: how many may be answered at once, so that one who sends without end does not take all memory.
  init(most: Int) { self.most = most }

  /// Begins to answer a request, unless its identifier is one of those that are being answered or these are too many.
  func start(_ id: JSONValue, _ work: @escaping @Sendable () async -> RemoteCallMessage) -> Start {
    tasks.withLock { tasks in
      guard tasks[id] == nil else {
        return .refused(
          RemoteCallFailure(code: .invalidRequest, message: "a request of this \"id\" is still being answered"))
      }
      guard tasks.count < most else {
        return .refused(
          RemoteCallFailure(code: .busy, message: "\(most) requests are being answered already; ask again later"))
      }
      let task = Task { await work() }
      tasks[id] = task
      return .begun(task)
    }
  }

  func remove(_ id: JSONValue) { tasks.withLock { $0[id] = nil } }
  func cancel(_ id: JSONValue) { tasks.withLock { $0[id] }?.cancel() }
}
