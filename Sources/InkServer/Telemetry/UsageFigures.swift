import InkChat

/// Times and tokens of requests to models, as OpenTelemetry's conventions for generative models count them.
struct UsageFigures: Sendable {
  /// What is measured of a request.
  enum Measure: CaseIterable, Sendable, Hashable {
    case requestDuration
    case timeToFirstToken
    case timePerOutputToken
    case inputTokens
    case outputTokens
  }

  private(set) var histograms: [Measure: Histogram] = [:]

  /// Counts a request that is over.
  mutating func observe(_ time: Duration, _ facts: RequestRecord.Facts) {
    observe(.requestDuration, time.seconds)
    guard facts.error == nil else { return }
    if facts.promptTokens > 0 { observe(.inputTokens, Double(facts.promptTokens)) }
    if facts.completionTokens > 0 { observe(.outputTokens, Double(facts.completionTokens)) }
    guard let first = facts.firstToken else { return }
    observe(.timeToFirstToken, first.seconds)
    if facts.completionTokens > 1 {
      observe(.timePerOutputToken, (time - first).seconds / Double(facts.completionTokens - 1))
    }
  }

  private mutating func observe(_ measure: Measure, _ value: Double) {
    histograms[measure, default: Histogram(bounds: measure.bounds)].observe(value)
  }
}

extension UsageFigures.Measure {
  var name: String {
    switch self {
    case .requestDuration: "gen_ai.server.request.duration"
    case .timeToFirstToken: "gen_ai.server.time_to_first_token"
    case .timePerOutputToken: "gen_ai.server.time_per_output_token"
    case .inputTokens, .outputTokens: "gen_ai.client.token.usage"
    }
  }

  var unit: String {
    switch self {
    case .requestDuration, .timeToFirstToken, .timePerOutputToken: "s"
    case .inputTokens, .outputTokens: "{token}"
    }
  }

  /// Attributes of the measure itself.
  var attributes: [JSONValue] {
    switch self {
    case .requestDuration, .timeToFirstToken, .timePerOutputToken: []
    case .inputTokens: [.attribute("gen_ai.token.type", ["stringValue": "input"])]
    case .outputTokens: [.attribute("gen_ai.token.type", ["stringValue": "output"])]
    }
  }

  /// Bounds of the buckets that the conventions advise.
  fileprivate var bounds: [Double] {
    switch self {
    case .requestDuration: (0..<14).map { 0.01 * Double(1 << $0) }
    case .timeToFirstToken: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    case .timePerOutputToken: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5]
    case .inputTokens, .outputTokens: (0..<14).map { Double(1 << (2 * $0)) }
    }
  }
}

extension ServerMetrics.UsageKey {
  /// What tells the series apart.
  var attributes: [JSONValue] {
    var all: [JSONValue] = [
      .attribute("gen_ai.operation.name", ["stringValue": .string(operation)]),
      .attribute("gen_ai.provider.name", ["stringValue": "inkstone"]),
      .attribute("gen_ai.response.model", ["stringValue": .string(model)]),
    ]
    if let error { all.append(.attribute("error.type", ["stringValue": .string(error)])) }
    return all
  }
}
