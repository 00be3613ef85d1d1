import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Logging
import Synchronization
import Testing
import Tracing

@Suite("Telemetry")
struct TelemetryTests {
  /// A receiver that keeps what it is posted, and may be gone.
  private final class Receiver: Sendable {
    private let state = Mutex<(documents: [JSONValue], statuses: [Int])>(([], []))

    /// What it answers first; afterwards it takes everything.
    init(statuses: [Int] = []) { state.withLock { $0.statuses = statuses } }

    var documents: [JSONValue] { state.withLock { $0.documents } }

    func take(_ document: JSONValue) -> Int {
      state.withLock { state in
        guard state.statuses.isEmpty else { return state.statuses.removeFirst() }
        state.documents.append(document)
        return 200
      }
    }

    var spans: [JSONValue] {
      documents.flatMap { $0.at("resourceSpans.0.scopeSpans.0.spans")?.array ?? [] }
    }

    var metrics: [JSONValue] {
      documents.last { $0["resourceMetrics"] != nil }?.at("resourceMetrics.0.scopeMetrics.0.metrics")?.array ?? []
    }
  }

  private static let caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  private static let ask = #"{"messages":[{"role":"user","content":"a secret question"}]}"#

  private func settings() -> TelemetrySettings {
    TelemetrySettings(
      traces: TelemetrySettings.Receiver(address: "http://a/v1/traces"),
      metrics: TelemetrySettings.Receiver(address: "http://a/v1/metrics"),
      resource: [TelemetrySettings.ResourceAttribute("service.name", "test")])
  }

  /// Runs a server with telemetry to its end.
  private func run(
    _ receiver: Receiver, time: ManualTime? = nil, log: RecordingLog? = nil, settings: TelemetrySettings? = nil,
    _ requests: @escaping @Sendable (any TestClientProtocol) async throws -> Void
  ) async throws {
    let export = TelemetryExport(settings ?? self.settings(), post: { _, document in receiver.take(document) })
    var server = TestServer(
      chat: ScriptedChatModel { _, _ in [.text("a secret answer"), .finish(prompt: 7, completion: 4)] })
    server.telemetry = export
    if let time { server.clock = time.clock }
    if let log { server.logger = log.logger }
    let made = server
    let tracer = try #require(export.tracer)
    try await withTracer(tracer) { try await made.test(.live) { try await requests($0) } }
  }

  private func attributes(_ value: JSONValue?) -> [String: JSONValue] {
    var found: [String: JSONValue] = [:]
    for attribute in value?["attributes"]?.array ?? [] {
      if let name = attribute["key"]?.string { found[name] = attribute["value"] }
    }
    return found
  }

  @Test("spans of requests are sent when the server ends at the latest, in the trace of the caller")
  func spans() async throws {
    let receiver = Receiver()
    try await run(receiver) { client in
      var headers = HTTPFields()
      headers[try #require(HTTPField.Name("traceparent"))] = Self.caller
      _ = try await client.post("/v1/chat/completions", Self.ask, headers: headers)
    }
    #expect(receiver.spans.count == 1)
    let span = try #require(receiver.spans.first)
    #expect(span["traceId"] == "0af7651916cd43dd8448eb211c80319c")
    #expect(span["parentSpanId"] == "b7ad6b7169203331")
    #expect(span["spanId"]?.string?.count == 16)
    #expect(span["spanId"] != "b7ad6b7169203331")
    #expect(span["name"] == "POST /v1/chat/completions")
    #expect(span["kind"] == 2)
    let start = try #require(span["startTimeUnixNano"]?.string.flatMap { UInt64($0) })
    let end = try #require(span["endTimeUnixNano"]?.string.flatMap { UInt64($0) })
    #expect(start <= end)
    let told = attributes(span)
    #expect(told["http.response.status_code"] == ["intValue": "200"])
    #expect(told["gen_ai.operation.name"] == ["stringValue": "chat"])
    #expect(told["gen_ai.usage.output_tokens"] == ["intValue": "4"])
    #expect(told["gen_ai.response.finish_reasons"] == ["arrayValue": ["values": [["stringValue": "stop"]]]])
    let resource = receiver.documents.first?.at("resourceSpans.0.resource")
    #expect(attributes(resource)["service.name"] == ["stringValue": "test"])
    #expect(!receiver.documents.contains { $0.text.contains("secret") })
  }

  @Test("a trace that its first program does not record is not sent, and a field that is none begins a new one")
  func sampling() async throws {
    let receiver = Receiver()
    try await run(receiver) { client in
      let name = try #require(HTTPField.Name("traceparent"))
      for field in [
        Self.caller.dropLast(2) + "00", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", "x",
      ] {
        var headers = HTTPFields()
        headers[name] = String(field)
        _ = try await client.get("/v1/models", headers: headers)
      }
    }
    #expect(receiver.spans.count == 5)
    #expect(receiver.spans.allSatisfy { $0["parentSpanId"] == nil })
    #expect(Set(receiver.spans.compactMap { $0["traceId"]?.string }).count == 5)
  }

  @Test("times and tokens of requests are counted as the conventions for generative models name them")
  func metrics() async throws {
    let receiver = Receiver()
    try await run(receiver) { client in
      for _ in 0..<3 { _ = try await client.post("/v1/chat/completions", Self.ask) }
    }
    let names = receiver.metrics.compactMap { $0["name"]?.string }
    #expect(
      names == [
        "gen_ai.server.request.duration", "gen_ai.server.time_to_first_token",
        "gen_ai.server.time_per_output_token", "gen_ai.client.token.usage", "gen_ai.client.token.usage",
      ])
    for metric in receiver.metrics {
      let point = try #require(metric.at("histogram.dataPoints.0"))
      #expect(metric.at("histogram.aggregationTemporality") == 2)
      #expect(point["count"] == "3")
      let buckets = try #require(point["bucketCounts"]?.array)
      #expect(buckets.count == (point["explicitBounds"]?.array?.count ?? 0) + 1)
      #expect(buckets.compactMap { $0.string.flatMap { Int($0) } }.reduce(0, +) == 3)
      #expect(attributes(point)["gen_ai.operation.name"] == ["stringValue": "chat"])
      #expect(attributes(point)["gen_ai.response.model"] == ["stringValue": "m"])
    }
    let usage = receiver.metrics.filter { $0["name"] == "gen_ai.client.token.usage" }
    #expect(usage.map { $0.at("histogram.dataPoints.0.sum") } == [.number(21), .number(12)])
    let types = usage.map { attributes($0.at("histogram.dataPoints.0"))["gen_ai.token.type"] }
    #expect(types == [["stringValue": "input"], ["stringValue": "output"]])
  }

  @Test("spans that a receiver could not take are sent later; that it is gone is logged once, without what was said")
  func gone() async throws {
    let receiver = Receiver(statuses: [503, 503])
    let (time, log) = (ManualTime(), RecordingLog())
    var settings = settings()
    settings.metrics = nil
    try await run(receiver, time: time, log: log, settings: settings) { client in
      _ = try await client.post("/v1/chat/completions", Self.ask)
      let moving = Task { await time.run(by: .seconds(5)) }
      while receiver.documents.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
      moving.cancel()
      await moving.value
    }
    #expect(receiver.spans.count == 1)
    let warnings = log.lines.filter { $0["message"] == "telemetry cannot be sent" }
    #expect(warnings.count == 1)
    #expect(warnings.first?["error"] == "status 503")
  }

  @Test("no more spans wait than there is room for, and what a receiver refuses for good is not offered again")
  func bounds() async throws {
    let receiver = Receiver(statuses: [400])
    var settings = settings()
    settings.metrics = nil
    settings.waitingSpans = 3
    settings.spansInOnePost = 2
    try await run(receiver, settings: settings) { client in
      for _ in 0..<8 { _ = try await client.get("/v1/models") }
    }
    // Of eight spans three waited; two were refused with the first post.
    #expect(receiver.spans.count == 1)
  }
}
