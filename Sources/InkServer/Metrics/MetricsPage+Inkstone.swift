import InkChat

extension MetricsPage {
  /// The server's own metrics.
  mutating func inkstone(_ figures: ServerMetrics.Figures, _ engines: [EngineReading], version: String, running: Int) {
    gauge("inkstone_build_info", "The server's version.", [([("version", version)], 1)])
    gauge("inkstone_http_requests_running", "Requests that are being answered.", [([], Double(running))])
    counter(
      "inkstone_http_requests_total", "Requests answered, by route and status; 499 is a client that went away.",
      figures.requests.sorted { ($0.key.route, $0.key.status) < ($1.key.route, $1.key.status) }.map {
        ([("route", $0.key.route), ("status", String($0.key.status))], Double($0.value))
      })
    counter("inkstone_client_hangups_total", "Clients that went away early.", [([], Double(figures.hangUps))])
    routes(figures)
    self.engines(engines)
  }

  private mutating func routes(_ figures: ServerMetrics.Figures) {
    let models = figures.models.sorted { $0.key < $1.key }
    func each(_ value: (ServerMetrics.ModelFigures) -> Int) -> [(labels: [Label], value: Double)] {
      models.map { ([("model_name", $0.key)], Double(value($0.value))) }
    }
    counter("inkstone_model_requests_total", "Requests that a model answered.", each(\.requests))
    counter(
      "inkstone_answers_total", "Answers by the reason of their end.",
      models.flatMap { name, model in
        model.finishReasons.sorted { $0.key < $1.key }.map {
          ([("model_name", name), ("finish_reason", $0.key)], Double($0.value))
        }
      })
    counter("inkstone_prompt_tokens_total", "Tokens of prompts, cached ones included.", each(\.promptTokens))
    counter("inkstone_cached_prompt_tokens_total", "Tokens of prompts taken from a cache.", each(\.cachedTokens))
    counter("inkstone_generated_tokens_total", "Tokens of answers.", each(\.completionTokens))
    for timing in ServerTiming.allCases {
      histogram(timing.name, timing.help, figures.histograms(timing))
    }
  }

  private mutating func engines(_ engines: [EngineReading]) {
    gauge(
      "inkstone_model_memory_bytes", "Memory that a loaded model keeps.",
      engines.map { ([("model_name", $0.model)], Double($0.byteCount)) })
    func each(_ value: (EngineStatistics) -> Int) -> [(labels: [Label], value: Double)] {
      engines.compactMap { engine in engine.statistics.map { ([("model_name", engine.model)], Double(value($0))) } }
    }
    gauge("inkstone_engine_requests_running", "Requests that the engine computes.", each(\.running))
    gauge("inkstone_engine_requests_waiting", "Requests that wait for the engine.", each(\.waiting))
    gauge("inkstone_engine_cache_pages_used", "Pages of the key and value cache in use.", each(\.pagesUsed))
    gauge("inkstone_engine_cache_pages_limit", "Pages of the key and value cache there may be.", each(\.pageLimit))
    counter("inkstone_engine_steps_total", "Steps that the engine computed.", each(\.steps))
    counter(
      "inkstone_engine_step_requests_total", "Requests in all steps; over steps, the mean batch.",
      each(\.requestsInSteps))
    counter("inkstone_engine_prompt_tokens_total", "Tokens of prompts that the engine took.", each(\.promptTokens))
    counter("inkstone_engine_cached_prompt_tokens_total", "Those found in its cache.", each(\.cachedPromptTokens))
    counter("inkstone_engine_generated_tokens_total", "Tokens that the engine gave out.", each(\.generatedTokens))
    counter("inkstone_engine_drafted_tokens_total", "Tokens guessed ahead.", each(\.draftedTokens))
    counter("inkstone_engine_accepted_tokens_total", "Guessed tokens that were right.", each(\.acceptedTokens))
    counter("inkstone_engine_preemptions_total", "Requests put back because the cache was full.", each(\.preemptions))
  }
}

extension ServerTiming {
  fileprivate var name: String {
    switch self {
    case .timeToFirstToken: "inkstone_time_to_first_token_seconds"
    case .interTokenLatency: "inkstone_inter_token_latency_seconds"
    case .endToEnd: "inkstone_request_duration_seconds"
    case .queue: "inkstone_queue_seconds"
    }
  }

  fileprivate var help: String {
    switch self {
    case .timeToFirstToken: "From a request's arrival to the first piece of its answer."
    case .interTokenLatency: "Between two pieces of an answer."
    case .endToEnd: "From a request's arrival to the last byte of its answer."
    case .queue: "Until the engine began with a request."
    }
  }
}

extension ServerMetrics.Figures {
  /// The histograms of one kind, by model.
  func histograms(_ timing: ServerTiming) -> [(labels: [MetricsPage.Label], value: Histogram)] {
    models.sorted { $0.key < $1.key }.compactMap { name, model in
      model.timings[timing].map { ([("model_name", name)], $0) }
    }
  }
}
