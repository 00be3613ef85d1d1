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
      let modelName = try fields.string("model")
      let search = try KnowledgeSearchRequest(&fields)
      let warnings = try fields.finish(services.settings.unknownFields)
      let base = try await services.knowledgeDesk().base(name)
      let (wordings, results, trace) = try await context.whileConnected {
        try await search.results(query, base, services, model: modelName)
      }
      var members = [
        JSONMember("object", "list"), JSONMember("knowledge", .string(name.description)),
        JSONMember("query", .string(query)), JSONMember("results", .array(results.map(\.json))),
        JSONMember("wordings", .array(wordings.map { .string($0.text) })),
        JSONMember("notes", .array(trace.notes.map { .string($0.description) })),
      ]
      if search.explains { members.append(JSONMember("stages", .array(trace.entries.map(\.json)))) }
      return .json(.object(members), warnings: warnings)
    }
  }
}

extension KnowledgeSearchRequest {
  /// What is found, and what was searched for. A chat model takes part where the request asks for one.
  fileprivate func results(
    _ query: String, _ base: KnowledgeBase, _ services: ServerServices, model name: String?
  ) async throws -> (wordings: [SearchQuestion], results: [ScoredPiece], trace: SearchTrace) {
    let lease = asksModel ? try await services.models.lease(name, for: .chat) : nil
    defer { withExtendedLifetime(lease) {} }
    let model = try lease?.conversing(given: [])
    var wordings = [SearchQuestion(query)]
    if let model, query.contains(where: { !$0.isWhitespace }) {
      wordings = try await expansion.transformation(model).wordings(of: query)
    }
    let (results, trace) = try await search(base, services, model: model).search(wordings)
    return (wordings, results, trace)
  }
}

extension SearchTrace.Entry {
  /// A stage and its results.
  var json: JSONValue { ["stage": .string(stage.rawValue), "results": .array(results.map(\.json))] }
}
