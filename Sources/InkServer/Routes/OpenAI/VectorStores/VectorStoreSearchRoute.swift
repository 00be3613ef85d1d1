import Hummingbird
import InkChat
import InkRetrieval

/// `POST /v1/vector_stores/{name}/search`.
struct VectorStoreSearchRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/vector_stores/{name}/search", about: Self.description) { request, context in
      let name = try context.knowledgeName()
      var fields = try await request.fields(context, services)
      guard let queries = try fields.strings("query", atMost: 20), !queries.isEmpty else {
        throw fields.missing("query")
      }
      let count = try fields.integer("max_num_results", in: 1...50) ?? 10
      var plan = SearchPlan(count: count, candidates: 4 * count)
      if let value = fields.value("filters") {
        plan.filter = try MetadataFilter(openAI: value, path: "filters", &fields)
      }
      if let value = fields.value("ranking_options") {
        var ranking = try RequestFields(value, path: "ranking_options")
        plan.threshold = try ranking.number("score_threshold", in: 0...1)
        ranking.ignore("ranker")
        fields.adopt(ranking)
      }
      // Wordings of one's own can be given as several queries.
      if try fields.boolean("rewrite_query") == true {
        throw fields.unsupported("rewrite_query", "give several queries instead.")
      }
      let warnings = try fields.finish(services.settings.unknownFields)
      let base = try await services.knowledgeDesk().base(name)
      let clock = services.clock
      let search = KnowledgeSearch(base.store, embedder: base.embedder, plan: plan) {
        Double(clock.secondsSince1970())
      }
      let (results, trace) = try await context.whileConnected {
        try await search.search(queries.map { SearchQuestion($0) })
      }
      var data: [JSONValue] = []
      var documents: [String: StoredDocument] = [:]
      for result in results {
        let document = result.piece.document
        if documents[document] == nil { documents[document] = try await base.store.document(named: document) }
        data.append([
          "file_id": .string(documents[document]?.fileIdentifier ?? document),
          "filename": .string(documents[document]?.fileName ?? document),
          "score": .number(result.score), "attributes": documents[document]?.attributes ?? .object([]),
          "content": [["type": "text", "text": .string(result.piece.piece.text)]],
        ])
      }
      return .json(
        [
          "object": "vector_store.search_results.page", "search_query": .array(queries.map { .string($0) }),
          "data": .array(data), "has_more": false, "next_page": .null,
          "notes": .array(trace.notes.map { .string($0.description) }),
        ], warnings: warnings)
    }
  }
}

extension MetadataFilter {
  /// The depth of filters within filters that is read.
  private static let deepest = 8

  /// OpenAI's comparison and compound filters.
  ///
  /// - Parameter outer: told of members that nobody knows.
  init(
    openAI value: JSONValue, path: String, depth: Int = 0, _ outer: inout RequestFields
  ) throws(ServerError) {
    var fields = try RequestFields(value, path: path)
    switch try fields.requiredString("type") {
    case "and": self = .all(try MetadataFilter.inner(&fields, path, depth))
    case "or": self = .any(try MetadataFilter.inner(&fields, path, depth))
    case let type: self = try MetadataFilter.comparison(type, &fields)
    }
    outer.adopt(fields)
  }

  private static func inner(
    _ fields: inout RequestFields, _ path: String, _ depth: Int
  ) throws(ServerError) -> [MetadataFilter] {
    guard depth < MetadataFilter.deepest else { throw fields.invalid("type", "less deep") }
    guard let list = try fields.array("filters", atMost: 64) else { throw fields.missing("filters") }
    var filters: [MetadataFilter] = []
    for (index, inner) in list.enumerated() {
      filters.append(
        try MetadataFilter(openAI: inner, path: "\(path).filters[\(index)]", depth: depth + 1, &fields))
    }
    return filters
  }

  private static func comparison(
    _ type: String, _ fields: inout RequestFields
  ) throws(ServerError) -> MetadataFilter {
    let key = try fields.requiredString("key")
    guard let compared = fields.value("value") else { throw fields.missing("value") }
    func number() throws(ServerError) -> Double {
      guard let number = compared.number else { throw fields.invalid("value", "a number", found: compared) }
      return number
    }
    func text(_ value: JSONValue) throws(ServerError) -> String {
      switch value {
      case .string(let text): return text
      case .integer, .number, .boolean: return value.text
      case .null, .array, .object: throw fields.invalid("value", "a text, a number or a truth value", found: value)
      }
    }
    func texts() throws(ServerError) -> [String] {
      guard case .array(let list) = compared, list.count <= 1000 else {
        throw fields.invalid("value", "an array of at most 1000", found: compared)
      }
      var texts: [String] = []
      for entry in list { texts.append(try text(entry)) }
      return texts
    }
    switch type {
    case "eq": return .equals(key, try text(compared))
    case "ne": return .not(.equals(key, try text(compared)))
    case "gte": return .within(key, lower: try number(), upper: nil)
    case "lte": return .within(key, lower: nil, upper: try number())
    case "gt": return .within(key, lower: try number().nextUp, upper: nil)
    case "lt": return .within(key, lower: nil, upper: try number().nextDown)
    case "in": return .oneOf(key, try texts())
    case "nin": return .not(.oneOf(key, try texts()))
    default:
      throw fields.invalid(
        "type", "one of eq, ne, gt, gte, lt, lte, in, nin, and, or", found: .string(type))
    }
  }
}
