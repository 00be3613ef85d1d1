import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("GET /metrics")
struct MetricsTests {
  private struct Figures: EngineStatisticsSource {
    var statistics: EngineStatistics {
      get async {
        var statistics = EngineStatistics()
        statistics.running = 2
        statistics.waiting = 3
        statistics.pagesUsed = 1
        statistics.pageLimit = 4
        statistics.steps = 10
        statistics.requestsInSteps = 25
        statistics.promptTokens = 100
        statistics.cachedPromptTokens = 40
        return statistics
      }
    }
  }

  private func server(_ dialects: Set<MetricsDialect> = []) -> TestServer {
    let model = ScriptedChatModel { _, _ in [.text("a"), .text("b"), .finish(prompt: 7, cached: 2, completion: 5)] }
    var server = TestServer(
      FixedModels([(.chat(#"odd"name\"#), ServedModel(chat: model, statistics: Figures(), byteCount: 1234))]))
    server.settings.metricsDialects = dialects
    return server
  }

  private static let body = #"{"messages":[{"role":"user","content":"hi"}]}"#

  @Test("requests, tokens, times and the engine's figures are told, in the format")
  func own() async throws {
    try await server().test { client in
      _ = try await client.post("/v1/chat/completions", Self.body)
      _ = try await client.post("/v1/chat/completions", "{}")
      _ = try await client.get("/one/of/very/many")
      let response = try await client.get("/metrics")
      #expect(response.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
      let text = try MetricsText(response.text)
      let label = #"model_name="odd\"name\\""#
      #expect(text.values[#"inkstone_http_requests_total{route="/v1/chat/completions",status="200"}"#] == 1)
      #expect(text.values[#"inkstone_http_requests_total{route="/v1/chat/completions",status="400"}"#] == 1)
      // Paths of clients make no labels.
      #expect(!response.text.contains("very"))
      #expect(text.values["inkstone_prompt_tokens_total{\(label)}"] == 7)
      #expect(text.values["inkstone_cached_prompt_tokens_total{\(label)}"] == 2)
      #expect(text.values["inkstone_generated_tokens_total{\(label)}"] == 5)
      #expect(text.values[#"inkstone_answers_total{\#(label),finish_reason="stop"}"#] == 1)
      #expect(text.values["inkstone_time_to_first_token_seconds_count{\(label)}"] == 1)
      #expect(text.values["inkstone_inter_token_latency_seconds_count{\(label)}"] == 1)
      #expect(text.values["inkstone_request_duration_seconds_count{\(label)}"] == 1)
      #expect(text.values["inkstone_engine_requests_waiting{\(label)}"] == 3)
      #expect(text.values["inkstone_model_memory_bytes{\(label)}"] == 1234)
      #expect(text.values["inkstone_http_requests_running"] == 1)
      #expect(!text.types.keys.contains { $0.hasPrefix("vllm:") || $0.hasPrefix("llamacpp:") })
    }
  }

  @Test("other servers' names are there when they are asked for")
  func dialects() async throws {
    try await server([.vllm, .llamacpp]).test { client in
      _ = try await client.post("/v1/chat/completions", Self.body)
      let text = try MetricsText(try await client.get("/metrics").text)
      let label = #"model_name="odd\"name\\""#
      #expect(text.values["vllm:num_requests_running{\(label)}"] == 2)
      #expect(text.values["vllm:num_requests_waiting{\(label)}"] == 3)
      #expect(text.values["vllm:kv_cache_usage_perc{\(label)}"] == 0.25)
      #expect(text.values["vllm:prefix_cache_queries_total{\(label)}"] == 100)
      #expect(text.values["vllm:prefix_cache_hits_total{\(label)}"] == 40)
      #expect(text.values["vllm:generation_tokens_total{\(label)}"] == 5)
      #expect(text.values[#"vllm:request_success_total{\#(label),finished_reason="stop"}"#] == 1)
      #expect(text.types["vllm:e2e_request_latency_seconds"] == "histogram")
      #expect(text.values["llamacpp:tokens_predicted_total"] == 5)
      #expect(text.values["llamacpp:requests_processing"] == 2)
      #expect(text.values["llamacpp:n_busy_slots_per_decode"] == 2.5)
    }
  }
}
