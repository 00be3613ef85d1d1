import InkTensor
import Synchronization
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How often each index was run, counted by whoever runs it.
final class VisitCounter: Sendable {
  private let counts: Mutex<[Int]>

  init(_ count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }

  func visit(_ range: Range<Int>) {
    counts.withLock { counts in for index in range { counts[index] += 1 } }
  }

  /// Whether every index was visited exactly this often.
  func all(are expected: Int) -> Bool { counts.withLock { $0.allSatisfy { $0 == expected } } }
}

/// Every index once, whoever calls, and no thread left waiting.
@Suite("Thread pool", .serialized)
struct ThreadPoolTests {
  @Test("every index runs exactly once", arguments: [1, 2, 3, 4, 8])
  func everyIndexOnce(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threadCount == threads)
    for count in [0, 1, 2, 3, 5, 15, 16, 17, 64, 100, 1000, 4097] {
      for grain in [-3, 0, 1, 2, 3, 7, 16, 999, 1000, 1001, .max / 2] {
        let visits = VisitCounter(count)
        pool.run(count: count, grain: grain) { visits.visit($0) }
        #expect(visits.all(are: 1), "\(count) indices in chunks of \(grain)")
      }
    }
  }

  @Test("more indices than there may be chunks are cut into larger ones")
  func manyIndices() {
    let pool = ThreadPool(threads: 2)
    let total = Atomic<Int>(0)
    let calls = Atomic<Int>(0)
    pool.run(count: 5_000_001) { range in
      total.add(range.count, ordering: .relaxed)
      calls.add(1, ordering: .relaxed)
    }
    #expect(total.load(ordering: .relaxed) == 5_000_001)
    #expect(calls.load(ordering: .relaxed) <= 1 << 20)
  }

  @Test("chunks hold at least the grain, but for the last one", arguments: [1, 5, 64])
  func chunks(grain: Int) {
    let ranges = Mutex<[Range<Int>]>([])
    ThreadPool(threads: 3).run(count: 1003, grain: grain) { range in ranges.withLock { $0.append(range) } }
    let sorted = ranges.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(sorted.dropLast().allSatisfy { $0.count >= grain && $0.lowerBound % grain == 0 })
    #expect(sorted.last?.upperBound == 1003)
  }

  @Test("a number of threads below one is one", arguments: [-1, 0, 1])
  func atLeastOne(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threadCount == 1)
    let visits = VisitCounter(10)
    pool.run(count: 10) { visits.visit($0) }
    #expect(visits.all(are: 1))
  }

  @Test("a count below one runs nothing", arguments: [0, -1, .min])
  func nothing(count: Int) {
    let calls = Atomic<Int>(0)
    ThreadPool(threads: 2).run(count: count) { _ in calls.add(1, ordering: .relaxed) }
    #expect(calls.load(ordering: .relaxed) == 0)
  }

  @Test("a call from inside a body runs at once, in one piece, on the same thread", arguments: [1, 2, 4])
  func nested(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let visits = VisitCounter(50 * 20)
    let strangers = Atomic<Int>(0)
    pool.run(count: 50) { outer in
      for index in outer {
        let thread = pthread_self()
        pool.run(count: 20) { inner in
          if inner != 0..<20 || pthread_equal(thread, pthread_self()) == 0 { strangers.add(1, ordering: .relaxed) }
          visits.visit(index * 20 + inner.lowerBound..<index * 20 + inner.upperBound)
        }
      }
    }
    #expect(visits.all(are: 1))
    #expect(threads == 1 || strangers.load(ordering: .relaxed) == 0)
  }

  @Test("several callers at once are all served in full", .timeLimit(.minutes(5)), arguments: [2, 3])
  func concurrentCallers(threads: Int) async {
    let pool = ThreadPool(threads: threads)
    await withTaskGroup(of: Bool.self) { group in
      for caller in 0..<4 {
        group.addTask {
          var fine = true
          for turn in 0..<400 {
            let count = 1 + (turn * 7 + caller) % 90
            let visits = VisitCounter(count)
            pool.run(count: count) { visits.visit($0) }
            fine = fine && visits.all(are: 1)
          }
          return fine
        }
      }
      for await fine in group { #expect(fine) }
    }
  }

  @Test("thousands of tiny jobs in a row are all finished when their call returns", .timeLimit(.minutes(5)))
  func tinyJobs() {
    var wrong = 0
    // Several pools, because one that is disturbed by other processes works without its workers for a while.
    for round in 0..<40 {
      let pool = ThreadPool(threads: 2 + round % 2)
      for job in 0..<1000 {
        let count = 2 + job % 5
        let sum = Atomic<Int>(0)
        pool.run(count: count) { range in for index in range { sum.add(index + 1, ordering: .relaxed) } }
        if sum.load(ordering: .relaxed) != count * (count + 1) / 2 { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test("workers that went to sleep between jobs wake up again", .timeLimit(.minutes(5)))
  func lostWakeUps() {
    var random = TestRandom(seed: 4)
    var wrong = 0
    for _ in 0..<100 {
      let pool = ThreadPool(threads: 3)
      for _ in 0..<15 {
        // Around the time that a worker spins, so that many jobs arrive while it falls asleep.
        usleep(UInt32(random.next() % 300))
        let sum = Atomic<Int>(0)
        pool.run(count: 6) { range in for index in range { sum.add(index + 1, ordering: .relaxed) } }
        if sum.load(ordering: .relaxed) != 21 { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test("sleeping workers take part in the next job", .timeLimit(.minutes(5)))
  func workersTakePart() {
    for _ in 0..<20 {
      let pool = ThreadPool(threads: 2)
      usleep(5000)
      let arrived = Atomic<Int>(0)
      // Each chunk waits for the other one: the job ends only if two threads run it.
      pool.run(count: 2) { _ in
        arrived.add(1, ordering: .sequentiallyConsistent)
        while arrived.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
      }
      #expect(arrived.load(ordering: .relaxed) == 2)
    }
  }

  /// Runs eight indices and returns in how many pieces.
  private func pieces(_ pool: ThreadPool) -> Int {
    let visits = VisitCounter(8)
    let pieces = Atomic<Int>(0)
    pool.run(count: 8) { range in
      pieces.add(1, ordering: .relaxed)
      visits.visit(range)
    }
    #expect(visits.all(are: 1))
    return pieces.load(ordering: .relaxed)
  }

  @Test("a pool whose worker is late works alone for a while, misses no index, and is a team again later")
  func disturbed() {
    var (alone, together) = (false, false)
    // A test machine that is busy itself may spoil a try.
    for _ in 0..<50 where !(alone && together) {
      let pool = ThreadPool(threads: 2)
      let caller = pthread_self()
      let arrived = Atomic<Int>(0)
      pool.run(count: 2) { _ in
        arrived.add(1, ordering: .sequentiallyConsistent)
        while arrived.load(ordering: .sequentiallyConsistent) < 2 { sched_yield() }
        // A worker that lost its core looks like this to the caller.
        if pthread_equal(caller, pthread_self()) == 0 { usleep(20_000) }
      }
      alone = pieces(pool) == 1
      for _ in 0..<2000 where alone && !together {
        usleep(500)
        together = pieces(pool) > 1
      }
    }
    #expect(alone)
    #expect(together)
  }

  @Test("a slow chunk is waited for, whoever has it", .timeLimit(.minutes(5)), arguments: [0, 1, 2, 3])
  func slowChunk(slow: Int) {
    let pool = ThreadPool(threads: 3)
    for _ in 0..<5 {
      let visits = VisitCounter(4)
      pool.run(count: 4) { range in
        if range.contains(slow) { usleep(20_000) }
        visits.visit(range)
      }
      #expect(visits.all(are: 1))
    }
  }

  @Test("a body that keeps its captures alive elsewhere does not disturb the pool")
  func captures() {
    final class Witness: Sendable {}
    let pool = ThreadPool(threads: 3)
    weak var watched: Witness?
    do {
      let witness = Witness()
      watched = witness
      for _ in 0..<200 {
        let calls = Atomic<Int>(0)
        pool.run(count: 8) { range in
          withExtendedLifetime(witness) { _ = calls.add(range.count, ordering: .relaxed) }
        }
        #expect(calls.load(ordering: .relaxed) == 8)
      }
    }
    #expect(watched == nil, "the pool must not hold the body of a job that is over")
  }
}
