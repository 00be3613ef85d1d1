import Foundation
import Hummingbird
import InkChat

/// `GET /v1/models` and `GET /v1/models/{id}`.
struct ModelsRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let models = routes.services.models
    routes.on(.get, "/v1/models", about: Self.listDescription) { _, _ in
      .json(["object": "list", "data": .array(await models.listings.map(\.json))])
    }
    // Names of models have slashes in them, written as they are or as %2F.
    routes.on(.get, "/v1/models/**", about: Self.oneDescription) { _, context in
      let path = context.parameters.getCatchAll().joined(separator: "/")
      let name = path.removingPercentEncoding ?? path
      let listings = await models.listings
      guard let listing = listings.first(where: { $0.id == name || $0.aliases.contains(name) }) else {
        throw ServerError.unknownModel(name, known: listings.map(\.id))
      }
      return .json(listing.json)
    }
  }
}
