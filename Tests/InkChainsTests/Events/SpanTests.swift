import InMemoryTracing
import InkChains
import InkChat
import InkTesting
import Synchronization
import Testing
import Tracing

@Suite("Spans of steps")
struct SpanTests {
  private static func fails(_ name: String) -> Transform<String, String> {
    Transform(name) { (text: String) throws(ChainError) -> String in throw ChainError(.tool, context: text) }
  }

  private static func span(_ name: String, _ tracer: InMemoryTracer) throws -> FinishedInMemorySpan {
    try #require(tracer.finishedSpans.first { $0.operationName == name })
  }

  @Test("each step has a span inside that of the step around it, with its tokens and without its texts")
  func nested() async throws {
    let tracer = InMemoryTracer()
    let model = ScriptedChatModel { _, _ in [.text("a secret answer"), .finish(prompt: 5, completion: 3)] }
    let chain = Chain("whole") {
      Transform("prompt") { (text: String) in [Message.user(text)] }
      Generate(model)
      Retry(RetryPolicy(attempts: 2, firstDelay: .zero, codes: [.tool]), Self.fails("failing"))
    }
    let outer = tracer.startSpan("outer")
    await ServiceContext.$current.withValue(outer.context) {
      _ = await #expect(throws: ChainError.self) {
        try await chain(
          "a secret question",
          settings: RunSettings(observers: [SpanObserver(tracer)], clock: ChainClock(ManualClock())))
      }
    }
    outer.end()
    let whole = try Self.span("whole", tracer)
    #expect(whole.parentSpanID == outer.spanID)
    let generate = try Self.span("Generate", tracer)
    #expect(generate.parentSpanID == whole.spanID)
    #expect(generate.attributes.get("gen_ai.usage.input_tokens") == .int64(5))
    #expect(generate.attributes.get("gen_ai.usage.output_tokens") == .int64(3))
    #expect(generate.attributes.get("inkstone.step.position") == .string("0.1"))
    let failing = tracer.finishedSpans.filter { $0.operationName == "failing" }
    #expect(failing.count == 2)
    for span in failing + [whole] {
      #expect(span.status?.code == .error)
      #expect(span.attributes.get("error.type") == .string("tool"))
    }
    #expect(tracer.finishedSpans.flatMap(\.events).map(\.name) == ["retry"])
    #expect(tracer.activeSpans.isEmpty)
    #expect(!tracer.finishedSpans.contains { "\($0)".contains("secret") })
  }

  @Test("runs that share their settings have a trace each, also side by side")
  func batch() async throws {
    let tracer = InMemoryTracer()
    let chain = Chain("run") {
      Transform("first") { (text: String) in text + "!" }
      Transform("second") { (text: String) in text + "?" }
    }
    let results = await chain.batch(
      ["a", "b", "c", "d"], concurrency: 4, settings: RunSettings(observers: [SpanObserver(tracer)]))
    #expect(results.allSatisfy { (try? $0.get()) != nil })
    let spans = tracer.finishedSpans
    #expect(spans.count == 12)
    let runs = spans.filter { $0.operationName == "run" }
    #expect(Set(runs.map(\.traceID)).count == 4)
    for run in runs {
      let inside = spans.filter { $0.parentSpanID == run.spanID }
      #expect(inside.map(\.operationName) == ["first", "second"])
      #expect(Set(inside.map(\.traceID)) == [run.traceID])
    }
  }
}
