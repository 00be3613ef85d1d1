import InkChat

extension MetricsPage {
  /// Another server's names for what it and this one have in common.
  mutating func dialect(_ dialect: MetricsDialect, _ figures: ServerMetrics.Figures, _ engines: [EngineReading]) {
    switch dialect {
    case .vllm: vllm(figures, engines)
    case .llamacpp: llamacpp(figures, engines)
    }
  }

  private mutating func vllm(_ figures: ServerMetrics.Figures, _ engines: [EngineReading]) {
    func engine(_ value: (EngineStatistics) -> Double) -> [(labels: [Label], value: Double)] {
      engines.compactMap { engine in engine.statistics.map { ([("model_name", engine.model)], value($0)) } }
    }
    let models = figures.models.sorted { $0.key < $1.key }
    gauge("vllm:num_requests_running", "Requests that are computed.", engine { Double($0.running) })
    gauge("vllm:num_requests_waiting", "Requests that wait.", engine { Double($0.waiting) })
    gauge(
      "vllm:kv_cache_usage_perc", "Share of the cache in use; 1 is all of it.",
      engine { $0.pageLimit > 0 ? Double($0.pagesUsed) / Double($0.pageLimit) : 0 })
    counter("vllm:prefix_cache_queries_total", "Tokens looked for in the cache.", engine { Double($0.promptTokens) })
    counter("vllm:prefix_cache_hits_total", "Tokens found there.", engine { Double($0.cachedPromptTokens) })
    counter("vllm:num_preemptions_total", "Requests put back.", engine { Double($0.preemptions) })
    counter("vllm:spec_decode_num_draft_tokens_total", "Tokens guessed ahead.", engine { Double($0.draftedTokens) })
    counter(
      "vllm:spec_decode_num_accepted_tokens_total", "Those that were right.", engine { Double($0.acceptedTokens) })
    counter(
      "vllm:prompt_tokens_total", "Tokens of prompts.",
      models.map { ([("model_name", $0.key)], Double($0.value.promptTokens)) })
    counter(
      "vllm:generation_tokens_total", "Tokens of answers.",
      models.map { ([("model_name", $0.key)], Double($0.value.completionTokens)) })
    counter(
      "vllm:request_success_total", "Answers by the reason of their end.",
      models.flatMap { name, model in
        model.finishReasons.sorted { $0.key < $1.key }.map {
          ([("model_name", name), ("finished_reason", $0.key)], Double($0.value))
        }
      })
    histogram("vllm:time_to_first_token_seconds", "Time to the first token.", figures.histograms(.timeToFirstToken))
    histogram("vllm:inter_token_latency_seconds", "Time between tokens.", figures.histograms(.interTokenLatency))
    histogram("vllm:time_per_output_token_seconds", "The older name of it.", figures.histograms(.interTokenLatency))
    histogram("vllm:e2e_request_latency_seconds", "Time of whole requests.", figures.histograms(.endToEnd))
    histogram("vllm:request_queue_time_seconds", "Time in the queue.", figures.histograms(.queue))
  }

  private mutating func llamacpp(_ figures: ServerMetrics.Figures, _ engines: [EngineReading]) {
    let statistics = engines.compactMap(\.statistics)
    func sum(_ value: (EngineStatistics) -> Int) -> Double { Double(statistics.map(value).reduce(0, +)) }
    let models = figures.models.values
    counter(
      "llamacpp:prompt_tokens_total", "Tokens of prompts.", [([], Double(models.map(\.promptTokens).reduce(0, +)))])
    counter(
      "llamacpp:tokens_predicted_total", "Tokens of answers.",
      [([], Double(models.map(\.completionTokens).reduce(0, +)))])
    gauge("llamacpp:requests_processing", "Requests that are computed.", [([], sum(\.running))])
    gauge("llamacpp:requests_deferred", "Requests that wait.", [([], sum(\.waiting))])
    counter("llamacpp:n_decode_total", "Steps computed.", [([], sum(\.steps))])
    let steps = sum(\.steps)
    gauge(
      "llamacpp:n_busy_slots_per_decode", "Mean number of requests in a step.",
      [([], steps > 0 ? sum(\.requestsInSteps) / steps : 0)])
    counter("llamacpp:spec_decode_num_draft_tokens_total", "Tokens guessed ahead.", [([], sum(\.draftedTokens))])
    counter("llamacpp:spec_decode_num_accepted_tokens_total", "Those that were right.", [([], sum(\.acceptedTokens))])
  }
}
