import Hummingbird
import InkChat

/// `GET /v1/responses/{id}/input_items`: what was said to get a response, without what came before.
struct ResponseInputItemsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.get, "/v1/responses/{id}/input_items", about: Self.description) { request, context in
      let (record, _) = try await ResponseRoutes.record(context, services)
      var fields = try request.query(numbers: ["limit"])
      fields.ignore("include", "include[]")
      let limit = try fields.integer("limit", in: 1...100) ?? 20
      let order = try fields.word("order", of: ListOrder.self) ?? .descending
      var items =
        switch order {
        case .ascending: record.input
        case .descending: Array(record.input.reversed())
        }
      if let after = try fields.string("after") {
        guard let place = items.firstIndex(where: { $0["id"] == .string(after) }) else {
          throw fields.invalid("after", "the identifier of one of the items", found: .string(after))
        }
        items.removeFirst(place + 1)
      }
      let page = Array(items.prefix(limit))
      return .json(
        [
          "object": "list", "data": .array(page), "first_id": page.first?["id"] ?? .null,
          "last_id": page.last?["id"] ?? .null, "has_more": .boolean(items.count > page.count),
        ], warnings: try fields.finish(services.settings.unknownFields))
    }
  }
}
