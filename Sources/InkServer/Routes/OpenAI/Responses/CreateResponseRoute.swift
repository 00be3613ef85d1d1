import Hummingbird
import InkChat

/// `POST /v1/responses`.
struct CreateResponseRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/responses", about: Self.description) { request, context in
      let fields = try await request.fields(context, services)
      let request = try ResponseRequest(fields, context, services)
      let asked = try await ResponseTurn(request, context, services)
      return try await Self.answer(asked, context, services)
    }
  }

  private static func answer(
    _ turn: ResponseTurn, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let request = turn.request
    let lease = try await context.whileConnected {
      try await services.models.lease(request.model, for: turn.messages.neededAbility)
    }
    let model = try lease.conversing(given: request.given)
    context.record.begin("chat", model: lease.listing.id)
    let head = ResponseHead(
      identifier: StoredIdentifier(new: .response, from: services.identifiers),
      created: services.clock.secondsSince1970(), model: lease.listing.id, echo: request.echo)
    let answer = ResponseAnswer(head, services.identifiers)
    let watch = AnswerWatch(context, services, model: lease.listing.id)
    switch request.delivery {
    case .whole:
      let object = try await context.whileConnected {
        defer { withExtendedLifetime(lease) {} }
        return try await whole(answer, turn, model, watch, context, services)
      }
      return .json(object, warnings: request.warnings)
    case .stream:
      return try await .stream(.responses, context, services, warnings: request.warnings) { sink in
        defer { withExtendedLifetime(lease) {} }
        try await stream(answer, to: sink, turn, model, watch, context, services)
      }
    }
  }

  private static func whole(
    _ answer: ResponseAnswer, _ turn: ResponseTurn, _ model: any ChatModel, _ watch: AnswerWatch,
    _ context: ServerContext, _ services: ServerServices
  ) async throws -> JSONValue {
    var answer = answer
    var watch = watch
    for try await event in model.stream(turn.messages, options: turn.request.options) {
      watch.see(event)
      _ = answer.add(event)
    }
    if let counts = answer.counts { context.record.count(counts) }
    try await turn.keep(answer, context, services)
    return answer.object
  }

  private static func stream(
    _ answer: ResponseAnswer, to sink: EventSink, _ turn: ResponseTurn, _ model: any ChatModel, _ watch: AnswerWatch,
    _ context: ServerContext, _ services: ServerServices
  ) async throws {
    var answer = answer
    var watch = watch
    func send(_ events: [StreamEvent]) throws {
      for event in events {
        guard case .accepted = sink.send(event) else { throw CancellationError() }
      }
    }
    do {
      for try await event in model.stream(turn.messages, options: turn.request.options) {
        watch.see(event)
        try send(answer.add(event))
      }
      if let counts = answer.counts { context.record.count(counts) }
      try await turn.keep(answer, context, services)
      try send(answer.end())
    } catch let error as CancellationError {
      throw error
    } catch {
      // Before the first event the failure is the whole answer, with a status of its own.
      guard answer.hasBegun else { throw error }
      let failure = ServerError(reporting: error)
      context.record.fail(failure)
      try send(answer.fail(failure))
    }
  }
}

extension StreamDialect {
  /// OpenAI's responses.
  static let responses = StreamDialect(mediaType: "text/event-stream", ping: .comment("ping")) { error in
    let body: JSONValue = [
      "type": "error", "sequence_number": 0, "code": .string(error.code ?? error.type),
      "message": .string(error.message),
      "param": error.param.map { .string($0) } ?? .null,
    ]
    return [.named("error", body)]
  }
}
