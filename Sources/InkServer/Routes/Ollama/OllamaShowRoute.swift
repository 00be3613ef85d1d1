import Hummingbird
import InkChat

/// `POST /api/show`.
struct OllamaShowRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/api/show", about: Self.description, errors: .ollama) { request, context in
      var fields = try await request.fields(context, services)
      let name = try fields.ollamaModel()
      fields.ignore("verbose")
      let warnings = try fields.finish(services.settings.unknownFields)
      let listing = try await services.ollamaListing(name)
      return .json(Self.json(listing), warnings: warnings)
    }
  }

  private static func json(_ listing: ModelListing) -> JSONValue {
    let architecture = listing.fact("architecture") ?? "unknown"
    var info = [JSONMember("general.architecture", .string(architecture))]
    if let context = listing.contextLength {
      info.append(JSONMember("\(architecture).context_length", .integer(Int64(context))))
    }
    for fact in listing.facts { info.append(JSONMember("general.\(fact.name)", .string(fact.value))) }
    return [
      "license": "", "modelfile": .string("FROM \(listing.id)"), "parameters": "", "template": "",
      "details": listing.ollamaDetails, "model_info": .object(info),
      "capabilities": .array(listing.ollamaCapabilities),
      "modified_at": .string(ServerServices.ollamaTime(listing.created)),
    ]
  }
}
