import Hummingbird
import InkChat

/// `POST /v1/responses/input_tokens`: how many tokens the model would be given.
struct ResponseInputTokensRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/responses/input_tokens", about: Self.description) { request, context in
      let fields = try await request.fields(context, services)
      let turn = try await ResponseTurn(try ResponseRequest(fields, context, services), context, services)
      let count = try await services.promptTokenCount(
        turn.messages, turn.request.options, model: turn.request.model, context)
      return .json(
        ["object": "response.input_tokens", "input_tokens": .integer(Int64(count))], warnings: turn.request.warnings)
    }
  }
}

extension ServerServices {
  /// How many tokens a conversation has as its model sees it.
  ///
  /// - Throws: `invalidRequest` for a model that does not tell.
  func promptTokenCount(
    _ messages: [Message], _ options: GenerationOptions, model: String?, _ context: ServerContext
  ) async throws -> Int {
    let models = models
    return try await context.whileConnected {
      let lease = try await models.lease(model, for: messages.neededAbility)
      guard let renderer = lease.model.renderer else {
        throw ServerError(
          .invalidRequest, "\"\(lease.listing.id)\" does not tell how it counts tokens.", param: "model",
          code: "unsupported_model")
      }
      context.record.begin("count_tokens", model: lease.listing.id)
      return try await renderer.promptTokens(for: messages, options: options).count
    }
  }
}
