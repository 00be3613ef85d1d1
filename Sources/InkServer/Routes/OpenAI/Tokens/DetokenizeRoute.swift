import Hummingbird
import InkChat

/// `POST /detokenize`: the text of token ids.
struct DetokenizeRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/detokenize", about: Self.description) { request, context in
      var fields = try await request.fields(context, services)
      let name = try fields.string("model")
      guard let elements = try fields.array("tokens") else { throw fields.missing("tokens") }
      let tokens = elements.isEmpty ? [] : try fields.tokens(elements, "tokens")
      let warnings = try fields.finish(services.settings.unknownFields)
      let lease = try await services.models.lease(name, for: .completion)
      guard let model = lease.model.text else { throw ServerError.missing(.completion, in: lease.listing) }
      let text = try await model.text(of: tokens)
      // vLLM calls it a prompt, llama.cpp its content.
      return .json(["prompt": .string(text), "content": .string(text)], warnings: warnings)
    }
  }
}
