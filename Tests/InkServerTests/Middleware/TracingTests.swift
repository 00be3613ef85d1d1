import HTTPTypes
import HummingbirdTesting
import InMemoryTracing
import InkChat
import InkServer
import InkTesting
import Testing
import Tracing

@Suite("Spans of requests")
struct TracingTests {
  private static func ask(streamed: Bool) -> String {
    #"{"messages":[{"role":"user","content":"a secret question"}],"stream":\#(streamed)}"#
  }

  /// The spans of requests to a server.
  private func spans(
    _ model: ScriptedChatModel = ScriptedChatModel { _, _ in
      [.text("a secret answer"), .finish(prompt: 7, completion: 4)]
    },
    _ requests: @escaping @Sendable (any TestClientProtocol) async throws -> Void
  ) async throws -> [FinishedInMemorySpan] {
    let tracer = InMemoryTracer()
    let server = TestServer(chat: model)
    try await withTracer(tracer) { try await server.test { client in try await requests(client) } }
    #expect(tracer.activeSpans.isEmpty)
    #expect(!tracer.finishedSpans.contains { "\($0)".contains("secret") })
    return tracer.finishedSpans
  }

  @Test("a request has one span with route, status and tokens, streamed or not", arguments: [false, true])
  func request(streamed: Bool) async throws {
    let spans = try await spans { client in
      _ = try await client.post("/v1/chat/completions", Self.ask(streamed: streamed))
    }
    let span = try #require(spans.first)
    #expect(spans.count == 1)
    #expect(span.operationName == "POST /v1/chat/completions")
    #expect(span.kind == .server)
    #expect(span.attributes.get("http.request.method") == .string("POST"))
    #expect(span.attributes.get("http.route") == .string("/v1/chat/completions"))
    #expect(span.attributes.get("http.response.status_code") == .int64(200))
    #expect(span.attributes.get("gen_ai.operation.name") == .string("chat"))
    #expect(span.attributes.get("gen_ai.response.model") == .string("m"))
    #expect(span.attributes.get("gen_ai.usage.input_tokens") == .int64(7))
    #expect(span.attributes.get("gen_ai.usage.output_tokens") == .int64(4))
    #expect(span.attributes.get("gen_ai.response.finish_reasons") == .stringArray(["stop"]))
    #expect(span.status == nil)
  }

  @Test("a span goes on from that of the caller")
  func parent() async throws {
    let spans = try await spans { client in
      var headers = HTTPFields()
      headers[try #require(HTTPField.Name(InMemoryTracer.traceIDKey))] = "trace-of-caller"
      headers[try #require(HTTPField.Name(InMemoryTracer.spanIDKey))] = "span-of-caller"
      _ = try await client.get("/v1/models", headers: headers)
    }
    #expect(spans.map(\.traceID) == ["trace-of-caller"])
    #expect(spans.map(\.parentSpanID) == ["span-of-caller"])
  }

  @Test("errors are told by their kind; only those of the server count as such")
  func errors() async throws {
    let broken = ScriptedChatModel { _, _ in [.failure(GenerationError(code: .timedOut, context: "a secret"))] }
    let spans = try await spans(broken) { client in
      _ = try await client.post("/v1/chat/completions", "{")
      _ = try await client.post("/v1/chat/completions", Self.ask(streamed: false))
      _ = try await client.get("/nowhere/secret")
    }
    #expect(spans.count == 3)
    let statuses = spans.map { span -> Int64 in
      guard case .int64(let status)? = span.attributes.get("http.response.status_code") else { return 0 }
      return status
    }
    #expect(statuses[0] == 400)
    #expect(statuses[1] >= 500)
    #expect(statuses[2] == 404)
    #expect(spans.map { $0.status?.code == .error } == [false, true, false])
    #expect(spans[1].attributes.get("error.type") != nil)
  }
}
