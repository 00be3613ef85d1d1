import InkTensor
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

#if os(Linux)
  /// Threads of a pool end with it.
  @Suite("Thread pool lifetime")
  struct ThreadPoolLifetimeTests {
    /// Each pool has far more threads than the other tests of the process start and stop meanwhile.
    private static let workers = 150

    private func processThreads() -> Int {
      guard let folder = opendir("/proc/self/task") else { return -1 }
      defer { closedir(folder) }
      var count = 0
      while readdir(folder) != nil { count += 1 }
      return count - 2
    }

    /// Waits until the number of threads is in `range`; false when that takes longer than ten seconds.
    private func threadsReach(_ range: ClosedRange<Int>) -> Bool {
      for _ in 0..<1000 {
        if range.contains(processThreads()) { return true }
        usleep(10_000)
      }
      return false
    }

    @Test("a pool that is released ends its workers, asleep or awake", arguments: [0, 20_000])
    func workersEnd(pause: UInt32) {
      let before = processThreads()
      let margin = ThreadPoolLifetimeTests.workers / 2
      var pool: ThreadPool? = ThreadPool(threads: ThreadPoolLifetimeTests.workers + 1)
      #expect(threadsReach(before + margin...before + 3 * margin))
      pool?.run(count: 1000) { _ in }
      usleep(pause)
      pool = nil
      #expect(threadsReach(0...before + margin), "\(before) threads before, \(processThreads()) after")
    }

    @Test("many pools, one after the other, leave no threads behind")
    func manyPools() {
      let before = processThreads()
      var total = 0
      for _ in 0..<150 {
        let pool = ThreadPool(threads: 3)
        pool.run(count: 3) { range in withExtendedLifetime(range) {} }
        total += pool.threadCount
      }
      #expect(total == 450)
      #expect(threadsReach(0...before + 100), "\(before) threads before, \(processThreads()) after")
    }
  }
#endif
