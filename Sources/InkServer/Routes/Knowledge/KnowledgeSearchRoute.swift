import Hummingbird
import InkChat
import InkRetrieval

/// `POST /v1/knowledge/{name}/search`.
struct KnowledgeSearchRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/knowledge/{name}/search", about: Self.description) { request, context in
      let name = try context.knowledgeName()
      var fields = try await request.fields(context, services)
      let query = try fields.requiredString("query")
      let search = try KnowledgeSearchRequest(&fields)
      let warnings = try fields.finish(services.settings.unknownFields)
      let base = try await services.knowledgeDesk().base(name)
      let (results, trace) = try await context.whileConnected {
        try await search.search(base, services).search(query)
      }
      var members = [
        JSONMember("object", "list"), JSONMember("knowledge", .string(name.description)),
        JSONMember("query", .string(query)), JSONMember("results", .array(results.map(\.json))),
        JSONMember("notes", .array(trace.notes.map { .string($0.description) })),
      ]
      if search.explains { members.append(JSONMember("stages", .array(trace.entries.map(\.json)))) }
      return .json(.object(members), warnings: warnings)
    }
  }
}

extension SearchTrace.Entry {
  /// A stage and its results.
  var json: JSONValue { ["stage": .string(stage.rawValue), "results": .array(results.map(\.json))] }
}
