import Hummingbird
import InkChat

/// `POST /v1/rerank`, `/v2/rerank` and `/rerank`.
struct RerankRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    for path in ["/v1/rerank", "/v2/rerank", "/rerank"] {
      routes.on(.post, path, about: Self.description) { request, context in
        let fields = try await request.fields(context, services)
        let request = try RerankRequest(fields, services)
        return try await context.whileConnected { try await Self.answer(request, context, services) }
      }
    }
  }

  private static func answer(
    _ request: RerankRequest, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let lease = try await services.models.lease(request.model, for: .rerank)
    guard let reranker = lease.model.reranker else { throw ServerError.missing(.rerank, in: lease.listing) }
    context.record.begin("rerank", model: lease.listing.id)
    let scores = try await reranker.scores(of: request.documents, for: request.query)
    let tokens = request.documents.reduce(0) { $0 + (reranker.tokenCount(of: $1, for: request.query) ?? 0) }
    context.record.count(TokenCounts(prompt: tokens, completion: 0))
    let ranked = scores.enumerated().sorted {
      $0.element == $1.element ? $0.offset < $1.offset : $0.element > $1.element
    }
    let results = ranked.prefix(request.count ?? ranked.count).map { index, score -> JSONValue in
      var members = [
        JSONMember("index", .integer(Int64(index))), JSONMember("relevance_score", .number(Double(score))),
      ]
      if case .documents = request.contents, index < request.documents.count {
        members.append(JSONMember("document", ["text": .string(request.documents[index])]))
      }
      return .object(members)
    }
    return .json(
      [
        "id": .string(services.identifiers.make("rerank-")), "object": "list", "model": .string(lease.listing.id),
        "results": .array(results),
        "usage": ["prompt_tokens": .integer(Int64(tokens)), "total_tokens": .integer(Int64(tokens))],
      ], warnings: request.warnings)
  }
}

/// A request to rank documents, read and checked.
private struct RerankRequest: Sendable {
  /// What a result tells of its document.
  enum Contents: Sendable {
    case indices
    case documents
  }

  var model: String?
  var query: String
  var documents: [String]
  /// How many of the best to tell; nil tells all.
  var count: Int?
  var contents: Contents
  var warnings: [String]

  init(_ fields: RequestFields, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    model = try fields.string("model")
    query = try fields.requiredString("query")
    documents = []
    guard let values = try fields.array("documents", atMost: 4096) else { throw fields.missing("documents") }
    for value in values {
      switch value {
      case .string(let text): documents.append(text)
      case .object:
        guard case .string(let text)? = value["text"] else {
          throw fields.invalid("documents", "made of strings, or of objects with \"text\"", found: value)
        }
        documents.append(text)
      case .null, .boolean, .integer, .number, .array:
        throw fields.invalid("documents", "made of strings, or of objects with \"text\"", found: value)
      }
    }
    guard !documents.isEmpty else { throw fields.invalid("documents", "an array of at least one document") }
    count = try fields.integer("top_n", in: 1...Int(Int32.max))
    contents = try fields.boolean("return_documents") == true ? .documents : .indices
    _ = try fields.string("user")
    warnings = try fields.finish(services.settings.unknownFields)
  }
}
