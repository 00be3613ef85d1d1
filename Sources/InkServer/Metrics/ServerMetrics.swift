import InkChat
import Synchronization

/// What has been going on, for `/metrics`.
package final class ServerMetrics: Sendable {
  /// Requests are told apart by these.
  struct RequestKey: Hashable {
    var route: String
    var status: Int
  }

  /// What is counted for each model.
  struct ModelFigures {
    var timings: [ServerTiming: Histogram] = [:]
    var finishReasons: [String: Int] = [:]
    var requests = 0
    var promptTokens = 0
    var cachedTokens = 0
    var completionTokens = 0
  }

  /// Requests to models are told apart by these where OpenTelemetry's conventions count them.
  struct UsageKey: Hashable, Comparable {
    var operation: String
    var model: String
    var error: String?

    static func < (left: UsageKey, right: UsageKey) -> Bool {
      (left.operation, left.model, left.error ?? "") < (right.operation, right.model, right.error ?? "")
    }
  }

  struct Figures {
    var requests: [RequestKey: Int] = [:]
    var hangUps = 0
    var models: [String: ModelFigures] = [:]
    var usage: [UsageKey: UsageFigures] = [:]
  }

  private let state = Mutex(Figures())

  package init() {}

  /// What was counted so far.
  var figures: Figures { state.withLock { $0 } }

  func observe(_ timing: ServerTiming, _ time: Duration, model: String) {
    state.withLock {
      $0.models[model, default: ModelFigures()]
        .timings[timing, default: Histogram(bounds: timing.bounds)].observe(time.seconds)
    }
  }

  func finish(_ reason: FinishReason, model: String) {
    state.withLock { $0.models[model, default: ModelFigures()].finishReasons[reason.description, default: 0] += 1 }
  }

  /// Counts a request that is over. Routes are templates and models are names of lists, so that no client makes new
  /// labels.
  func finish(route: String, status: Int, time: Duration, _ facts: RequestRecord.Facts) {
    state.withLock { figures in
      figures.requests[RequestKey(route: route, status: status), default: 0] += 1
      if facts.hasHungUp { figures.hangUps += 1 }
      guard let name = facts.model else { return }
      var model = figures.models[name, default: ModelFigures()]
      model.requests += 1
      model.promptTokens += facts.promptTokens
      model.cachedTokens += facts.cachedTokens
      model.completionTokens += facts.completionTokens
      model.timings[.endToEnd, default: Histogram(bounds: ServerTiming.endToEnd.bounds)].observe(time.seconds)
      figures.models[name] = model
      let key = UsageKey(operation: facts.operation ?? "unknown", model: name, error: facts.error)
      figures.usage[key, default: UsageFigures()].observe(time, facts)
    }
  }
}
