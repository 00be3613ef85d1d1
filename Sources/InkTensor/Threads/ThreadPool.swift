import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A team of threads that runs index ranges: the caller and `threads - 1` workers that are kept between calls.
///
/// A model of 135 million parameters crosses some 200 barriers a token, so a call costs no system call while the
/// workers are awake: they spin for some microseconds after a job and sleep only then. The range is cut into chunks
/// that whoever is awake claims; a worker whose core is taken away holds up one chunk at most, and the caller that
/// has nothing left to claim sleeps too, which lends its core to the worker it waits for. When that keeps happening,
/// the caller works alone for a while (``Contention``).
///
/// Results never depend on who ran which chunk: bodies write disjoint outputs (law 2).
///
/// `@unchecked Sendable`: every field is an atomic, immutable, or (`job`, `contention`) written only by the thread that holds
/// `inUse` while no chunk is outstanding, and read only by a thread that holds an unfinished chunk of it.
public final class ThreadPool: @unchecked Sendable {
  /// The number of threads that work, the caller among them.
  public let threadCount: Int
  private let team: Team?
  /// Whether nothing is run: a plan of memory allocates what a step needs and computes none of it.
  let isIdle: Bool

  /// A pool of `threads` threads, at least one.
  public init(threads: Int) {
    threadCount = max(threads, 1)
    isIdle = false
    team = threadCount > 1 ? Team(workers: threadCount - 1) : nil
  }

  /// A pool that runs nothing of what it is given.
  ///
  /// - Parameter count: the threads it says to have.
  init(idle count: Int) {
    threadCount = max(count, 1)
    isIdle = true
    team = nil
  }

  /// The number of processors that are online.
  public static var processorCount: Int { max(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), 1) }

  deinit { team?.stop() }

  /// Runs `body` over `0..<count` in chunks of at least `grain` indices and returns when all are done.
  ///
  /// `body` may run on several threads at once and in any order, each index exactly once. A call from inside `body`,
  /// or while another thread uses the pool, runs on the calling thread alone.
  package func run(count: Int, grain: Int = 1, _ body: (Range<Int>) -> Void) {
    guard count > 0, !isIdle else { return }
    let grain = max(grain, 1, (count + Team.maximumChunks - 1) / Team.maximumChunks)
    guard let team, count > grain, team.enter() else { return body(0..<count) }
    defer { team.leave() }
    guard !team.isDisturbed else { return body(0..<count) }
    withoutActuallyEscaping(body) { body in
      team.run(Job(count: count, grain: grain, body: body))
    }
  }
}

/// What a call of ``ThreadPool/run(count:grain:_:)`` asks for.
private struct Job {
  let count: Int
  let grain: Int
  let body: (Range<Int>) -> Void

  var chunkCount: Int { (count + grain - 1) / grain }

  func runChunk(_ index: Int) {
    let start = index * grain
    body(start..<min(start + grain, count))
  }
}

/// The state that workers and callers share; kept apart from the pool so that workers do not keep the pool alive.
private final class Team: @unchecked Sendable {
  /// Chunks of one job at most: far fewer than the 32 bits of ``ticket`` that count them can hold.
  static let maximumChunks = 1 << 20
  /// Turns of the spin loop before a thread without work sleeps: some 50 microseconds of pause instructions.
  private static let workerSpins = 3000
  /// The caller waits less long: when a chunk is late, its worker has most likely lost its core.
  private static let callerSpins = 1500

  /// The chunks of the job (upper 32 bits) and the next one to claim (lower 32 bits). One addition claims a chunk,
  /// and a claim below the chunk count proves that the job is still running.
  private let ticket = Atomic<UInt64>(0)
  private let finished = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let callerSleeps = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private let inUse = Atomic<Bool>(false)
  private var job: Job?
  private var contention = Contention()
  private let workersAwake = Condition()
  private let callerAwake = Condition()

  init(workers: Int) {
    for _ in 0..<workers { start() }
  }

  private func start() {
    let argument = Unmanaged.passRetained(self).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(&thread, nil, { Team.main($0) }, argument)
      if status == 0, let thread { pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let status = pthread_create(&thread, nil, { Team.main($0) }, argument)
      if status == 0 { pthread_detach(thread) }
    #endif
    // Without a thread the team is smaller; every chunk is still claimed by somebody.
    if status != 0 { Unmanaged<Team>.fromOpaque(argument).release() }
  }

  #if canImport(Darwin)
    private static func main(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
      Unmanaged<Team>.fromOpaque(argument).takeRetainedValue().work()
      return nil
    }
  #else
    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
      if let argument { Unmanaged<Team>.fromOpaque(argument).takeRetainedValue().work() }
      return nil
    }
  #endif

  func enter() -> Bool {
    inUse.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func leave() { inUse.store(false, ordering: .releasing) }

  /// Whether the caller should not rely on the workers at present.
  var isDisturbed: Bool { contention.isAlone(at: Contention.now()) }

  func run(_ newJob: Job) {
    let chunks = newJob.chunkCount
    let start = Contention.now()
    job = newJob
    finished.store(0, ordering: .relaxed)
    ticket.store(UInt64(chunks) << 32, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { workersAwake.wakeAll() }
    while let chunk = claim() {
      newJob.runChunk(chunk)
      finished.add(1, ordering: .acquiringAndReleasing)
    }
    let waitStart = Contention.now()
    waitUntilFinished(chunks)
    let end = Contention.now()
    contention.record(worked: waitStart &- start, waited: end &- waitStart, at: end)
    job = nil
  }

  private func claim() -> Int? {
    let seen = ticket.load(ordering: .acquiring)
    if seen & 0xffff_ffff >= seen >> 32 { return nil }
    let claimed = ticket.add(1, ordering: .acquiringAndReleasing).oldValue
    let index = claimed & 0xffff_ffff
    return index < claimed >> 32 ? Int(index) : nil
  }

  private func waitUntilFinished(_ chunks: Int) {
    var spins = 0
    while finished.load(ordering: .acquiring) < chunks {
      spins += 1
      if spins < Team.callerSpins {
        spinPause()
        continue
      }
      callerSleeps.store(true, ordering: .sequentiallyConsistent)
      callerAwake.wait { self.finished.load(ordering: .sequentiallyConsistent) >= chunks }
      callerSleeps.store(false, ordering: .sequentiallyConsistent)
    }
  }

  private func work() {
    var spins = 0
    while !stopping.load(ordering: .relaxed) {
      if let chunk = claim() {
        spins = 0
        let chunks = execute(chunk)
        let done = finished.add(1, ordering: .sequentiallyConsistent).newValue
        if done == chunks, callerSleeps.load(ordering: .sequentiallyConsistent) {
          callerAwake.wakeAll()
          // The caller sleeps because cores are short: it shall not have to wait for this spin loop.
          spins = Team.workerSpins
        }
      } else if spins < Team.workerSpins {
        spins += 1
        spinPause()
      } else {
        sleepUntilWork()
        spins = 0
      }
    }
  }

  /// Runs a claimed chunk and returns the number of chunks of its job.
  ///
  /// Safe to read `job`: the chunk is not finished, so the caller is still inside `run`. Never inlined, so that the
  /// reference to the caller's closure is gone when the chunk is counted as finished.
  @inline(never)
  private func execute(_ chunk: Int) -> Int {
    guard let job else { return 0 }
    job.runChunk(chunk)
    return job.chunkCount
  }

  private func sleepUntilWork() {
    sleepers.add(1, ordering: .sequentiallyConsistent)
    workersAwake.wait {
      let seen = self.ticket.load(ordering: .sequentiallyConsistent)
      return seen & 0xffff_ffff < seen >> 32 || self.stopping.load(ordering: .sequentiallyConsistent)
    }
    sleepers.subtract(1, ordering: .sequentiallyConsistent)
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    workersAwake.wakeAll()
  }
}
