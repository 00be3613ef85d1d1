import Dispatch
import Foundation
import Synchronization

/// A thread of its own for an engine, so that what it computes does not occupy the threads that tasks share: those are as
/// few as the machine has processors, and a server answers everybody on them.
///
/// It is the same thread as long as the engine lives. The allocator keeps an arena for each thread or two, and what is freed
/// in one is no room for what is asked for in another: pages of a cache that moved from thread to thread would take
/// several times what is held.
final class EngineThread: SerialExecutor {
  private let mailbox = Mailbox()

  init(label: String) {
    let thread = Thread { [mailbox] in mailbox.work() }
    thread.name = label
    thread.qualityOfService = .userInitiated
    thread.start()
  }

  deinit { mailbox.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // The executor lives until the job is done, which may be what lets go of it.
    mailbox.put { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  /// Lets the jobs run that wait, then goes on; goes on at once when there are none.
  ///
  /// `Task.yield()` goes by one of the shared threads and back even when nobody waits: two changes of thread for each token
  /// of an answer, in which the threads that compute fall asleep.
  func letOthersIn(isolation: isolated (any Actor)? = #isolation) async {
    guard mailbox.holdsMail else { return }
    await withCheckedContinuation { continuation in
      mailbox.put { continuation.resume() }
    }
  }
}

/// What a thread is to do, in the order in which it came.
private final class Mailbox: Sendable {
  private enum Mail: Sendable {
    case job(@Sendable () -> Void)
    case end
  }

  private let mail = Mutex<[Mail]>([])
  private let count = DispatchSemaphore(value: 0)

  var holdsMail: Bool { mail.withLock { !$0.isEmpty } }

  func put(_ job: @escaping @Sendable () -> Void) { put(.job(job)) }

  func close() { put(.end) }

  private func put(_ new: Mail) {
    mail.withLock { $0.append(new) }
    count.signal()
  }

  /// Does what comes until the mailbox is closed.
  func work() {
    while true {
      count.wait()
      switch mail.withLock({ $0.removeFirst() }) {
      case .job(let job): job()
      case .end: return
      }
    }
  }
}
