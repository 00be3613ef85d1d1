import Tracing

/// Makes spans that go to a queue when they end, and tells other programs which trace they belong to.
struct TelemetryTracer: Tracer {
  private enum IdentityKey: ServiceContextKey {
    typealias Value = TraceIdentity
  }

  let queue: SpanQueue
  let numbers: @Sendable () -> UInt64

  func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> TelemetrySpan {
    var context = context()
    let parent = context[IdentityKey.self]
    let identity = TraceIdentity(inside: parent, numbers: numbers)
    context[IdentityKey.self] = identity
    let facts = TelemetrySpan.Facts(
      name: operationName, identity: identity, parent: parent, kind: kind, start: instant().nanosecondsSinceEpoch)
    return TelemetrySpan(facts, context: context) { [queue] facts in
      if facts.identity.isSampled { queue.add(facts) }
    }
  }

  /// Spans are sent by who empties the queue.
  func forceFlush() {}

  func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let field = extractor.extract(key: TraceIdentity.fieldName, from: carrier) else { return }
    context[IdentityKey.self] = TraceIdentity(field: field)
  }

  func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let identity = context[IdentityKey.self] else { return }
    injector.inject(identity.field, forKey: TraceIdentity.fieldName, into: &carrier)
  }
}
