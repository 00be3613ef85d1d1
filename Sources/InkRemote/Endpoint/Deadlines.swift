import InkChat
import Synchronization

/// How long an operation that makes progress in steps may take.
struct Deadlines: Sendable, Hashable {
  /// Until the first step; nil sets no limit.
  var first: Duration?
  /// From one step to the next; nil sets no limit.
  var idle: Duration?
  /// Until the end; nil sets no limit.
  var total: Duration?
}

/// Where an operation reports its steps.
final class Progress: Sendable {
  private let elapsed: @Sendable () -> Duration
  private let last = Mutex<Duration?>(nil)

  init(elapsed: @escaping @Sendable () -> Duration) {
    self.elapsed = elapsed
  }

  /// A step was made.
  func step() {
    let now = elapsed()
    last.withLock { $0 = now }
  }

  fileprivate var lastStep: Duration? { last.withLock { $0 } }
}

/// Runs an operation and cancels it when it misses a deadline.
///
/// - Throws: `timedOut` for a missed deadline, and what the operation throws.
func withDeadlines<Value: Sendable>(
  _ deadlines: Deadlines, clock: any Clock<Duration>,
  operation: @escaping @Sendable (Progress) async throws(GenerationError) -> Value
) async throws(GenerationError) -> Value {
  let elapsed = stopwatch(clock)
  let progress = Progress(elapsed: elapsed)
  let outcome = await withTaskGroup(of: Result<Value, GenerationError>?.self) { group in
    group.addTask {
      do throws(GenerationError) { return .success(try await operation(progress)) } catch { return .failure(error) }
    }
    group.addTask {
      await missedDeadline(deadlines, progress, elapsed, clock).map { .failure($0) }
    }
    // The watch ends without a result when it is cancelled, or when there is nothing to watch.
    while let outcome = await group.next() {
      guard let outcome else { continue }
      group.cancelAll()
      return outcome
    }
    return .failure(.remoteCancelled)
  }
  return try outcome.get()
}

private func missedDeadline(
  _ deadlines: Deadlines, _ progress: Progress, _ elapsed: @Sendable () -> Duration, _ clock: any Clock<Duration>
) async -> GenerationError? {
  while !Task.isCancelled {
    var candidates: [(end: Duration, error: GenerationError)] = []
    if let total = deadlines.total {
      candidates.append((total, timedOut("the whole answer within \(total)")))
    }
    switch (progress.lastStep, deadlines.first, deadlines.idle) {
    case (let last?, _, let idle?): candidates.append((last + idle, timedOut("a further piece within \(idle)")))
    case (nil, let first?, _): candidates.append((first, timedOut("the beginning of the answer within \(first)")))
    case (nil, nil, _), (_?, _, nil): break
    }
    let next = candidates.min { $0.end < $1.end }
    let now = elapsed()
    if let next, next.end <= now { return next.error }
    // Without a deadline before the first step, there may be one behind it.
    guard let pause = next.map({ $0.end - now }) ?? deadlines.idle else { return nil }
    do { try await clock.sleep(for: pause, tolerance: nil) } catch { return nil }
  }
  return nil
}

private func timedOut(_ expected: String) -> GenerationError {
  GenerationError(code: .timedOut, context: "endpoint", expected: expected, found: "none")
}

/// Tells how much time has passed on a clock since the call.
private func stopwatch<Measuring: Clock>(
  _ clock: Measuring
) -> @Sendable () -> Duration where Measuring.Duration == Duration {
  let start = clock.now
  return { start.duration(to: clock.now) }
}
