import Synchronization
import Tracing

/// A span that is handed on when it has ended.
final class TelemetrySpan: Span {
  /// What is known of a span.
  struct Facts: Sendable {
    var name: String
    let identity: TraceIdentity
    let parent: TraceIdentity?
    let kind: SpanKind
    /// Nanoseconds since 1970.
    let start: UInt64
    var end: UInt64 = 0
    var attributes = SpanAttributes([:])
    var events: [SpanEvent] = []
    var status: SpanStatus?
  }

  let context: ServiceContext
  private let state: Mutex<(facts: Facts, hasEnded: Bool)>
  private let ended: @Sendable (Facts) -> Void

  init(_ facts: Facts, context: ServiceContext, ended: @escaping @Sendable (Facts) -> Void) {
    self.context = context
    self.ended = ended
    state = Mutex((facts, false))
  }

  var isRecording: Bool { state.withLock { !$0.hasEnded } }

  var operationName: String {
    get { state.withLock { $0.facts.name } }
    set { change { $0.name = newValue } }
  }

  var attributes: SpanAttributes {
    get { state.withLock { $0.facts.attributes } }
    set { change { $0.attributes = newValue } }
  }

  func setStatus(_ status: SpanStatus) { change { $0.status = status } }

  func addEvent(_ event: SpanEvent) {
    change { if $0.events.count < 128 { $0.events.append(event) } }
  }

  func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    // The error's own words may hold a prompt.
    var attributes = attributes
    attributes["exception.type"] = "\(type(of: error))"
    addEvent(SpanEvent(name: "exception", at: instant(), attributes: attributes))
  }

  /// Links are not told: no span of this program has any.
  func addLink(_ link: SpanLink) {}

  func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    let moment = instant().nanosecondsSinceEpoch
    let facts = state.withLock { state -> Facts? in
      guard !state.hasEnded else { return nil }
      state.hasEnded = true
      state.facts.end = moment
      return state.facts
    }
    if let facts { ended(facts) }
  }

  private func change(_ body: (inout Facts) -> Void) {
    state.withLock { if !$0.hasEnded { body(&$0.facts) } }
  }
}
