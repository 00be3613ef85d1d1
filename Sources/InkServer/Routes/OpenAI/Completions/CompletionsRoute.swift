import Hummingbird
import InkChat

/// `POST /v1/completions`.
struct CompletionsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    let about = Self.description(services.settings.limits)
    routes.on(.post, "/v1/completions", about: about) { request, context in
      let fields = try await request.fields(context, services)
      let completion = try CompletionRequest(fields, context, services)
      return try await Self.answer(completion, context, services)
    }
  }

  private static func answer(
    _ request: CompletionRequest, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let lease = try await context.whileConnected { try await services.models.lease(request.model, for: .completion) }
    guard let model = lease.model.text else { throw ServerError.missing(.completion, in: lease.listing) }
    context.record.begin("text_completion", model: lease.listing.id)
    let head = AnswerHead("cmpl-", model: lease.listing.id, services)
    let request = request.filled(by: lease.model.defaults)
    if let beams = request.beams {
      guard let searcher = lease.model.beams else { throw ServerError.withoutBeams(lease.listing) }
      let reply = BeamReply(form: .text, options: beams, choices: request.choices, head: head)
      let object = try await context.whileConnected {
        defer { withExtendedLifetime(lease) {} }
        return try await reply.object(request.prompts, on: searcher, context.record)
      }
      return .json(object, warnings: request.warnings)
    }
    let answer = CompletionAnswer(request: request, head: head, model: model)
    let watch = AnswerWatch(context, services, model: lease.listing.id)
    switch request.delivery {
    case .whole:
      let object = try await context.whileConnected {
        defer { withExtendedLifetime(lease) {} }
        return try await answer.whole(watch, context.record)
      }
      return .json(object, warnings: request.warnings)
    case .stream(let usage):
      return try await .stream(.openAI, context, services, warnings: request.warnings) { sink in
        defer { withExtendedLifetime(lease) {} }
        try await answer.stream(to: sink, usage: usage, watch, context.record)
      }
    }
  }
}
