import InkChat

/// Takes the times of an answer's events, for metrics and the request's record.
struct AnswerWatch: Sendable {
  private let record: RequestRecord
  private let metrics: ServerMetrics
  private let clock: ServerClock
  private let model: String
  private let began: Duration
  private var last: Duration?

  init(_ context: ServerContext, _ services: ServerServices, model: String) {
    record = context.record
    metrics = services.metrics
    clock = services.clock
    self.model = model
    began = context.arrival ?? services.clock.uptime()
  }

  mutating func see(_ event: GenerationEvent) {
    switch event {
    case .text, .reasoning, .toolCallFragment, .toolCall:
      let now = clock.uptime()
      if let last {
        metrics.observe(.interTokenLatency, now - last, model: model)
      } else {
        let time = now - began
        metrics.observe(.timeToFirstToken, time, model: model)
        record.update { if $0.firstToken == nil { $0.firstToken = time } }
      }
      last = now
    case .token: break
    case .finished(let result):
      metrics.observe(.queue, result.timings.queue, model: model)
      metrics.finish(result.finishReason, model: model)
      record.update { $0.finishReasons.append(result.finishReason.description) }
    }
  }
}
