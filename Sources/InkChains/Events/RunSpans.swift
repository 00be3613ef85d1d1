import InkChat
import Synchronization
import Tracing

/// The spans of one run's steps that are not over.
final class RunSpans: ChainObserver {
  private struct Open {
    let span: any Span
    var prompt = 0
    var completion = 0
  }

  private let tracer: any Tracer
  private let base: ServiceContext
  private let open = Mutex<[[Int]: Open]>([:])

  init(_ tracer: any Tracer, inside base: ServiceContext) {
    self.tracer = tracer
    self.base = base
  }

  /// A run that is given up leaves no span open.
  deinit { open.withLock { open in for entry in open.values { entry.span.end() } } }

  func observe(_ event: ChainEvent) {
    switch event.happening {
    case .started: start(event)
    case .finished: end(event, nil)
    case .failed(let error): end(event, error)
    case .usage(let counts): add(counts, event)
    case .toolCall(let call): note("tool_call", ["gen_ai.tool.name": .string(call.name)], event)
    case .retrying(let attempt, let error):
      note("retry", ["attempt": .int64(Int64(attempt)), "error.type": .string(error.code.rawValue)], event)
    case .fellBack(let number, let error):
      note("fallback", ["to": .int64(Int64(number)), "error.type": .string(error.code.rawValue)], event)
    case .routed(let choice): note("route", ["choice": .string(choice)], event)
    case .cacheHit: note("cache_hit", [:], event)
    case .text, .reasoning, .toolAnswer: break
    }
  }

  private func start(_ event: ChainEvent) {
    open.withLock { open in
      let around = open[Array(event.position.dropLast())]?.span.context ?? base
      let span = tracer.startAnySpan(event.step, context: around)
      span.attributes["inkstone.step.position"] = event.position.map(String.init).joined(separator: ".")
      open[event.position] = Open(span: span)
    }
  }

  private func end(_ event: ChainEvent, _ error: ChainError?) {
    guard let span = open.withLock({ $0.removeValue(forKey: event.position)?.span }) else { return }
    if let error {
      span.attributes["error.type"] = error.code.rawValue
      span.setStatus(SpanStatus(code: .error))
    }
    span.end()
  }

  private func add(_ counts: TokenCounts, _ event: ChainEvent) {
    open.withLock { open in
      guard var entry = open[event.position] else { return }
      entry.prompt += counts.prompt
      entry.completion += counts.completion
      entry.span.attributes["gen_ai.usage.input_tokens"] = entry.prompt
      entry.span.attributes["gen_ai.usage.output_tokens"] = entry.completion
      open[event.position] = entry
    }
  }

  private func note(_ name: String, _ attributes: [String: SpanAttribute], _ event: ChainEvent) {
    let span = open.withLock { $0[event.position]?.span }
    span?.addEvent(SpanEvent(name: name, attributes: SpanAttributes(attributes)))
  }
}
