import Foundation
import InkTensor
import Synchronization
import Testing

#if os(Linux)
  /// Threads of a pool end with it.
  @Suite("Thread pool lifetime", .serialized, .timeLimit(.minutes(5)))
  struct ThreadPoolLifetimeTests {
    /// The path of the calling thread among the system's.
    private static func currentThread() -> String {
      let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
      return "/proc/" + (path ?? "unknown")
    }

    /// The workers of a new pool: chunks that wait for each other need one thread each. (A pool that has worked may
    /// leave its workers out of a job.)
    private func workers(of pool: ThreadPool) -> Set<String> {
      let threads = Mutex<Set<String>>([])
      pool.run(count: pool.threadCount) { _ in
        threads.withLock { _ = $0.insert(ThreadPoolLifetimeTests.currentThread()) }
        while threads.withLock({ $0.count }) < pool.threadCount { usleep(100) }
      }
      return threads.withLock { $0.subtracting([ThreadPoolLifetimeTests.currentThread()]) }
    }

    /// Waits until these threads are gone; false when that takes longer than ten seconds.
    private func areGone(_ threads: Set<String>) -> Bool {
      for _ in 0..<1000 {
        if threads.allSatisfy({ !FileManager.default.fileExists(atPath: $0) }) { return true }
        usleep(10_000)
      }
      return false
    }

    @Test("a pool that is released ends its workers, asleep or awake", arguments: [0, 20_000])
    func workersEnd(pause: UInt32) {
      var pool: ThreadPool? = ThreadPool(threads: 5)
      let threads = pool.map { workers(of: $0) } ?? []
      #expect(threads.count == 4)
      #expect(threads.allSatisfy { FileManager.default.fileExists(atPath: $0) })
      usleep(pause)
      pool = nil
      #expect(areGone(threads))
    }

    @Test("many pools, one after the other, leave no threads behind")
    func manyPools() {
      var threads: Set<String> = []
      for _ in 0..<30 { threads.formUnion(workers(of: ThreadPool(threads: 3))) }
      #expect(threads.count == 60)
      #expect(areGone(threads))
    }
  }
#endif
