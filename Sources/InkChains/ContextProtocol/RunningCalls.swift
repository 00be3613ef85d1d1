import InkChat
import Synchronization

/// The requests that are being answered, so that the other side can cancel them.
final class RunningCalls: Sendable {
  private let tasks = Mutex<[JSONValue: Task<RemoteCallMessage, Never>]>([:])

  func add(_ task: Task<RemoteCallMessage, Never>, id: JSONValue) { tasks.withLock { $0[id] = task } }
  func remove(_ id: JSONValue) { tasks.withLock { $0[id] = nil } }
  func cancel(_ id: JSONValue) { tasks.withLock { $0[id] }?.cancel() }
}
