import HTTPTypes
import Hummingbird
import InkChat

/// `POST /v1/messages`, as Anthropic's API has it. Its `x-api-key` is read like a bearer's key.
struct AnthropicMessagesRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/messages", about: Self.description, errors: .anthropic) { request, context in
      let fields = try await request.fields(context, services)
      let request = try AnthropicRequest(fields, .answer, context, services)
      return try await Self.answer(request, context, services)
    }
  }

  private static func answer(
    _ request: AnthropicRequest, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let lease = try await context.whileConnected {
      try await services.models.lease(request.model, for: request.messages.neededAbility)
    }
    let model = try lease.conversing(given: request.given)
    context.record.begin("chat", model: lease.listing.id)
    let empty = AnthropicAnswer(identifier: services.identifiers.make("msg_"), model: lease.listing.id)
    let first = AnswerWatch(context, services, model: lease.listing.id)
    switch request.delivery {
    case .whole:
      let message = try await context.whileConnected {
        defer { withExtendedLifetime(lease) {} }
        var answer = empty
        var watch = first
        for try await event in model.stream(request.messages, options: request.options) {
          watch.see(event)
          _ = answer.add(event)
        }
        if let counts = answer.result?.counts { context.record.count(counts) }
        return answer.json
      }
      return .json(message, warnings: request.warnings)
    case .stream:
      return try await .stream(.anthropic, context, services, warnings: request.warnings) { sink in
        defer { withExtendedLifetime(lease) {} }
        var answer = empty
        var watch = first
        for try await event in model.stream(request.messages, options: request.options) {
          watch.see(event)
          for event in answer.add(event) {
            guard case .accepted = sink.send(event) else { throw CancellationError() }
          }
        }
        if let counts = answer.result?.counts { context.record.count(counts) }
      }
    }
  }
}
