#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Notices that another process takes cores away from the team, and leaves the workers out of it for a while.
///
/// A worker that loses its core in the middle of a chunk holds up the whole job for a time slice, milliseconds against
/// the microseconds of a decoding step's jobs; and every further runnable thread makes it likelier that the caller loses
/// its core too. One thread that keeps its core is then faster than a team that fights for one.
package struct Contention: Sendable {
  /// Until when jobs run on the caller alone, in nanoseconds of ``now()``.
  private var aloneUntil: UInt64 = 0
  private var pause = Contention.shortestPause
  private var goodJobs = 0

  /// Nothing noticed yet.
  package init() {}

  /// A wait is late when it is longer than this and than all the work that the caller did in the job: long jobs of
  /// many chunks, such as a prompt's, lose little to a late chunk and keep their team.
  private static let tolerance: UInt64 = 150_000
  private static let shortestPause: UInt64 = 10_000_000
  private static let longestPause: UInt64 = 160_000_000
  /// Jobs in time after which an earlier disturbance is forgotten.
  private static let calm = 2000

  /// Monotonic time in nanoseconds.
  static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Whether the caller should work alone.
  package func isAlone(at time: UInt64) -> Bool { time < aloneUntil }

  /// Takes note of a job: how long the caller worked and how long it then waited for the workers.
  package mutating func record(worked: UInt64, waited: UInt64, at time: UInt64) {
    guard waited > Contention.tolerance, waited > worked else {
      goodJobs += 1
      if goodJobs >= Contention.calm { pause = Contention.shortestPause }
      return
    }
    aloneUntil = time &+ pause
    // Soon again: the neighbour is still there, so the next try comes later.
    if goodJobs < Contention.calm { pause = min(pause * 2, Contention.longestPause) }
    goodJobs = 0
  }
}
