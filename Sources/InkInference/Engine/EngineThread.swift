import Dispatch
import Synchronization

/// A thread of its own for an engine, so that what it computes does not occupy the threads that tasks share: those are as
/// few as the machine has processors, and a server answers everybody on them.
final class EngineThread: SerialExecutor {
  private let queue: DispatchQueue
  /// Jobs that wait behind the one that is running.
  private let waiting = Atomic(0)

  init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    waiting.wrappingAdd(1, ordering: .relaxed)
    queue.async {
      self.waiting.wrappingSubtract(1, ordering: .relaxed)
      job.runSynchronously(on: self.asUnownedSerialExecutor())
    }
  }

  /// Lets the jobs run that wait, then goes on; goes on at once when there are none.
  ///
  /// `Task.yield()` goes by one of the shared threads and back even when nobody waits: two changes of thread for each token
  /// of an answer, in which the threads that compute fall asleep.
  func letOthersIn(isolation: isolated (any Actor)? = #isolation) async {
    guard waiting.load(ordering: .relaxed) > 0 else { return }
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume() }
    }
  }
}
