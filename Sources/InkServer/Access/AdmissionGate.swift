import Synchronization

/// Counts what each key, and all of them, have running, and how fast they ask.
final class AdmissionGate: Sendable {
  private struct Holder {
    var running = 0
    var bucket: RateBucket?
  }

  private struct State {
    var running = 0
    var holders: [String: Holder] = [:]
  }

  private let state = Mutex(State())
  private let limit: Int

  init(concurrentRequests: Int) {
    limit = max(1, concurrentRequests)
  }

  /// A request that was let in; it counts until this is gone.
  final class Admission: Sendable {
    /// What to tell the client of its rate; nil without a limit.
    let standing: RateBucket.Standing?
    private let onEnd: @Sendable () -> Void

    init(standing: RateBucket.Standing?, onEnd: @escaping @Sendable () -> Void) {
      self.standing = standing
      self.onEnd = onEnd
    }

    deinit { onEnd() }
  }

  /// Whether a request was let in.
  enum Verdict: Sendable {
    case admitted(Admission)
    case refused(ServerError, RateBucket.Standing?)
  }

  /// Lets a request in, or says why not. Requests that are refused for other reasons take no permit.
  func admit(_ key: AccessKey?, now: Duration) -> Verdict {
    let name = key?.name ?? ""
    let verdict = state.withLock { state -> (ServerError?, RateBucket.Standing?) in
      guard state.running < limit else { return (Self.busy("The server has as many requests as it takes", limit), nil) }
      var holder = state.holders[name] ?? Holder()
      if let most = key?.concurrentRequests, holder.running >= most {
        return (Self.busy("This key has as many requests running as it may", most), nil)
      }
      var standing: RateBucket.Standing?
      if let perMinute = key?.requestsPerMinute {
        var bucket = holder.bucket ?? RateBucket(perMinute: perMinute, now: now)
        let taken = bucket.take(now: now)
        holder.bucket = bucket
        standing = taken
        if let wait = taken.wait {
          state.holders[name] = holder
          return (Self.tooFast(perMinute, wait), taken)
        }
      }
      holder.running += 1
      state.holders[name] = holder
      state.running += 1
      return (nil, standing)
    }
    if let error = verdict.0 { return .refused(error, verdict.1) }
    return .admitted(Admission(standing: verdict.1) { [self] in leave(name) })
  }

  private func leave(_ name: String) {
    state.withLock { state in
      state.running -= 1
      state.holders[name]?.running -= 1
    }
  }

  private static func busy(_ reason: String, _ limit: Int) -> ServerError {
    ServerError(
      .rateLimit(retryAfter: 1), "\(reason) at once: \(limit). Try again when one is finished.",
      code: "concurrency_limit_exceeded")
  }

  private static func tooFast(_ perMinute: Int, _ wait: Duration) -> ServerError {
    let seconds = Int(wait.seconds.rounded(.up))
    return ServerError(
      .rateLimit(retryAfter: max(1, seconds)),
      "This key may begin \(perMinute) requests a minute. Try again in \(max(1, seconds)) s.",
      code: "rate_limit_exceeded")
  }
}
