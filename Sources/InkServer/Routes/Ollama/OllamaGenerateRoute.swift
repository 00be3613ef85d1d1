import Hummingbird
import InkChat

/// `POST /api/generate`.
struct OllamaGenerateRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/api/generate", about: Self.description, errors: .ollama) { request, context in
      let exchange = try Self.exchange(try await request.fields(context, services), context, services)
      return try await exchange.answer(context, services)
    }
  }

  private static func exchange(
    _ fields: RequestFields, _ context: ServerContext, _ services: ServerServices
  ) throws(ServerError) -> OllamaExchange {
    var fields = fields
    let model = try fields.ollamaModel()
    let prompt = try fields.string("prompt") ?? ""
    let system = try fields.string("system") ?? ""
    let images = try fields.ollamaImages()
    var (options, given, warnings) = try fields.ollamaOptions()
    options.urgency.client = context.identity.name
    let isRaw = try fields.boolean("raw") ?? false
    let delivery: OllamaExchange.Delivery = try fields.boolean("stream") == false ? .whole : .stream
    if let tokens = try fields.array("context"), !tokens.isEmpty {
      throw fields.unsupported("context", "send the conversation as messages to /api/chat.")
    }
    for name in ["suffix", "template"] {
      if let text = try fields.string(name), !text.isEmpty {
        throw fields.unsupported(name, "a prompt is put in the model's own form; use \"raw\" for another one.")
      }
    }
    if isRaw, !images.isEmpty || !system.isEmpty {
      throw fields.unsupported("raw", "a raw prompt is text alone, without \"system\" and \"images\".")
    }
    warnings = try fields.finish(services.settings.unknownFields) + warnings
    let (asked, named) = (options, given)
    var messages: [Message] = system.isEmpty ? [] : [.system(system)]
    messages.append(Message(role: .user, content: images.isEmpty ? .text(prompt) : .parts([.text(prompt)] + images)))
    let conversation = messages
    var ask: (@Sendable (ModelLease) throws -> GenerationStream)?
    if isRaw {
      ask = { lease in
        guard let text = lease.model.text else { throw ServerError.missing(.completion, in: lease.listing) }
        var options = asked
        lease.model.defaults.fillSampling(&options, given: named)
        return text.stream(continuing: .text(prompt), options: options)
      }
    } else if !prompt.isEmpty || !images.isEmpty {
      ask = { lease in
        let chat = try lease.conversing(given: named)
        return chat.stream(conversation, options: asked)
      }
    }
    return OllamaExchange(
      form: .response, model: model, delivery: delivery, warnings: warnings,
      ability: isRaw ? .completion : messages.neededAbility, ask: ask)
  }
}
