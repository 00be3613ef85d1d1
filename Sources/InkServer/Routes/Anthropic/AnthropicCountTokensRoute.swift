import Hummingbird
import InkChat

/// `POST /v1/messages/count_tokens`.
struct AnthropicCountTokensRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/messages/count_tokens", about: Self.description, errors: .anthropic) { request, context in
      let fields = try await request.fields(context, services)
      let request = try AnthropicRequest(fields, .count, context, services)
      let count = try await services.promptTokenCount(
        request.messages, request.options, model: request.model, context)
      return .json(["input_tokens": .integer(Int64(count))], warnings: request.warnings)
    }
  }
}
