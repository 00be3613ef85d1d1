import Hummingbird
import InkChat

/// `POST /api/chat`.
struct OllamaChatRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/api/chat", about: Self.description, errors: .ollama) { request, context in
      let exchange = try Self.exchange(try await request.fields(context, services), context, services)
      return try await exchange.answer(context, services)
    }
  }

  private static func exchange(
    _ fields: RequestFields, _ context: ServerContext, _ services: ServerServices
  ) throws(ServerError) -> OllamaExchange {
    var fields = fields
    let model = try fields.ollamaModel()
    let messages = try fields.ollamaMessages()
    var (options, given, warnings) = try fields.ollamaOptions()
    try fields.tools(into: &options)
    options.urgency.client = context.identity.name
    if let last = messages.last, last.role == .assistant, last.toolCalls.isEmpty { options.start = .lastMessage }
    let delivery: OllamaExchange.Delivery = try fields.boolean("stream") == false ? .whole : .stream
    warnings = try fields.finish(services.settings.unknownFields) + warnings
    let (asked, named) = (options, given)
    var ask: (@Sendable (ModelLease) throws -> GenerationStream)?
    // Without messages, a client wants the model loaded.
    if !messages.isEmpty {
      ask = { lease in
        let chat = try lease.conversing(given: named)
        return chat.stream(messages, options: asked)
      }
    }
    return OllamaExchange(
      form: .message, model: model, delivery: delivery, warnings: warnings, ability: messages.neededAbility, ask: ask)
  }
}
