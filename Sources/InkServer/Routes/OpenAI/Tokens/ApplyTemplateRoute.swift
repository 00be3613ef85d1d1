import Hummingbird
import InkChat

/// `POST /apply-template`: what a conversation looks like to the model.
struct ApplyTemplateRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/apply-template", about: Self.description) { request, context in
      var fields = try await request.fields(context, services)
      let name = try fields.string("model")
      let conversation = try ConversationFields(&fields)
      let warnings = try fields.finish(services.settings.unknownFields)
      let lease = try await services.models.lease(name, for: .chat)
      guard let renderer = lease.model.renderer else { throw ServerError.missing(.chat, in: lease.listing) }
      let text = try await renderer.renderedPrompt(for: conversation.messages, options: conversation.options)
      return .json(["prompt": .string(text)], warnings: warnings)
    }
  }
}
