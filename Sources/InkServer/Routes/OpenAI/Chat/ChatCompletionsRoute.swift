import Hummingbird
import InkChat

/// `POST /v1/chat/completions`.
struct ChatCompletionsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    let about = Self.description(services.settings.limits)
    routes.on(.post, "/v1/chat/completions", about: about) { request, context in
      let fields = try await request.fields(context, services)
      let chat = try ChatRequest(fields, context, services)
      return try await Self.answer(chat, context, services)
    }
  }

  private static func answer(
    _ request: ChatRequest, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let lease = try await context.whileConnected {
      try await services.models.lease(request.model, for: request.ability)
    }
    guard let model = lease.model.chat else { throw ServerError.missing(.chat, in: lease.listing) }
    context.record.begin("chat", model: lease.listing.id)
    let head = AnswerHead("chatcmpl-", model: lease.listing.id, services)
    var filled = request
    var sources: [JSONValue]?
    if let grounding = request.grounding {
      let messages = request.messages
      let (grounded, chunks) = try await context.whileConnected { try await grounding.grounded(messages, services) }
      filled.messages = grounded
      if grounding.tellsSources { sources = chunks.map(\.json) }
    }
    let request = filled.filled(by: lease.model.defaults)
    if let beams = request.beams {
      guard let searcher = lease.model.beams, let renderer = lease.model.renderer else {
        throw ServerError.withoutBeams(lease.listing)
      }
      let reply = BeamReply(form: .message, options: beams, choices: request.choices, head: head)
      let object = try await context.whileConnected {
        defer { withExtendedLifetime(lease) {} }
        let prompt = try await renderer.promptTokens(for: request.messages, options: request.options)
        return try await reply.object([.tokens(prompt)], on: searcher, context.record)
      }
      return .json(object, warnings: request.warnings)
    }
    let answer = ChatAnswer(request: request, head: head, model: model, sources: sources)
    let watch = AnswerWatch(context, services, model: lease.listing.id)
    switch request.delivery {
    case .whole:
      let object = try await context.whileConnected {
        // The lease is kept until the last token.
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
