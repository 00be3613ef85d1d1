import Synchronization

/// Spans that have ended and wait to be sent. When they are too many, the newest are dropped.
final class SpanQueue: Sendable {
  private let limit: Int
  private let state = Mutex<(spans: [TelemetrySpan.Facts], dropped: Int)>(([], 0))

  init(limit: Int) { self.limit = limit }

  func add(_ span: TelemetrySpan.Facts) {
    state.withLock { state in
      if state.spans.count < limit { state.spans.append(span) } else { state.dropped += 1 }
    }
  }

  /// Takes the oldest spans out.
  func take(_ count: Int) -> [TelemetrySpan.Facts] {
    state.withLock { state in
      let taken = Array(state.spans.prefix(count))
      state.spans.removeFirst(taken.count)
      return taken
    }
  }

  /// Puts spans back that could not be sent, in front of the others, as far as there is room.
  func putBack(_ spans: [TelemetrySpan.Facts]) {
    state.withLock { state in
      let kept = spans.suffix(max(limit - state.spans.count, 0))
      state.dropped += spans.count - kept.count
      state.spans.insert(contentsOf: kept, at: 0)
    }
  }

  /// Spans that were dropped since the last time that this was asked.
  func takeDropped() -> Int {
    state.withLock { state in
      defer { state.dropped = 0 }
      return state.dropped
    }
  }
}
