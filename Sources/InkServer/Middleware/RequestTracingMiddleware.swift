import HTTPTypes
import Hummingbird
import Instrumentation
import Synchronization
import Tracing

/// One span for each request, with the attributes that OpenTelemetry names for generative models. Prompts and answers are
/// never among them.
struct RequestTracingMiddleware: RouterMiddleware {
  typealias Context = ServerContext

  func handle(
    _ request: Request, context: ServerContext, next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var parent = ServiceContext.current ?? .topLevel
    InstrumentationSystem.instrument.extract(request.headers, into: &parent, using: HeaderExtractor())
    let span = startSpan("\(request.method.rawValue) \(context.endpointPath ?? "unknown")", context: parent, ofKind: .server)
    let scope = SpanScope(span, request, context)
    var response = try await ServiceContext.$current.withValue(span.context) { try await next(request, context) }
    scope.answered(response.status.code)
    guard response.body.contentLength == nil else {
      scope.finish()
      return response
    }
    let body = response.body
    response.body = ResponseBody { writer in
      defer { scope.finish() }
      try await body.write(writer)
    }
    return response
  }
}

private struct HeaderExtractor: Extractor {
  func extract(key: String, from headers: HTTPFields) -> String? {
    HTTPField.Name(key).flatMap { headers[$0] }
  }
}

/// Ends its span once, at the latest with whoever holds it.
private final class SpanScope: Sendable {
  private let span: any Span
  private let record: RequestRecord
  private let isOver = Mutex(false)

  init(_ span: any Span, _ request: Request, _ context: ServerContext) {
    self.span = span
    record = context.record
    span.attributes["http.request.method"] = request.method.rawValue
    span.attributes["http.route"] = context.endpointPath
    span.attributes["inkstone.request.id"] = context.requestIdentifier
  }

  func answered(_ status: Int) {
    span.attributes["http.response.status_code"] = status
    if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
  }

  func finish() {
    let isFirst = isOver.withLock { isOver in
      defer { isOver = true }
      return !isOver
    }
    guard isFirst else { return }
    let facts = record.facts
    if let operation = facts.operation { span.attributes["gen_ai.operation.name"] = operation }
    if let model = facts.model {
      span.attributes["gen_ai.response.model"] = model
      span.attributes["gen_ai.usage.input_tokens"] = facts.promptTokens
      span.attributes["gen_ai.usage.output_tokens"] = facts.completionTokens
    }
    if !facts.finishReasons.isEmpty {
      span.attributes["gen_ai.response.finish_reasons"] = SpanAttribute.stringArray(facts.finishReasons)
    }
    if let time = facts.firstToken { span.attributes["gen_ai.server.time_to_first_token"] = time.seconds }
    if let error = facts.error { span.attributes["error.type"] = error }
    span.end()
  }

  deinit { finish() }
}
