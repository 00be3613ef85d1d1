import Dispatch

/// A thread of its own for an engine, so that what it computes does not occupy the threads that tasks share: those are as
/// few as the machine has processors, and a server answers everybody on them.
final class EngineThread: SerialExecutor {
  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
