import Hummingbird
import InkChat
import InkRetrieval

/// privateGPT's `POST /v1/chunks`: pieces near a text, with their neighbours.
struct ChunksRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/chunks", about: Self.description) { request, context in
      var fields = try await request.fields(context, services)
      let text = try fields.requiredString("text")
      let limit = try fields.integer("limit", in: 1...1000) ?? 10
      let around = try fields.integer("prev_next_chunks", in: 0...50) ?? 0
      let identifiers = try fields.contextFilter()
      let warnings = try fields.finish(services.settings.unknownFields)
      let base = try await services.knowledgeDesk().privateBase()
      let chunks = try await context.whileConnected {
        try await PrivateContext(base, services).chunks(text, limit: limit, around: around, documents: identifiers)
      }
      return .json(
        ["object": "list", "model": "private-gpt", "data": .array(chunks.map(\.json))], warnings: warnings)
    }
  }
}

/// A piece with the texts around it.
struct ContextChunk: Sendable {
  var result: ScoredPiece
  var document: StoredDocument
  var before: [String]
  var after: [String]

  /// The chunk as privateGPT tells it.
  var json: JSONValue {
    [
      "object": "context.chunk", "score": .number(result.score), "document": document.ingested,
      "text": .string(result.piece.piece.text), "previous_texts": .array(before.map { .string($0) }),
      "next_texts": .array(after.map { .string($0) }),
    ]
  }
}

/// Looks up what stands around a text in a base.
struct PrivateContext: Sendable {
  private let base: KnowledgeBase
  private let services: ServerServices

  init(_ base: KnowledgeBase, _ services: ServerServices) {
    self.base = base
    self.services = services
  }

  /// The best pieces.
  ///
  /// - Parameter documents: identifiers of the documents to look at; nil looks at all.
  func chunks(
    _ text: String, limit: Int, around: Int, documents: [String]?
  ) async throws -> [ContextChunk] {
    let known = try await base.documents()
    var plan = SearchPlan(count: limit, candidates: max(40, 4 * limit))
    if let documents {
      let wanted = Set(documents)
      plan.filter = .oneOf("name", known.filter { wanted.contains(String($0.id)) }.map(\.source.name))
    }
    let clock = services.clock
    let search = KnowledgeSearch(base.store, embedder: base.embedder, plan: plan) { Double(clock.secondsSince1970()) }
    let byName = Dictionary(known.map { ($0.source.name, $0) }, uniquingKeysWith: { $1 })
    var chunks: [ContextChunk] = []
    for result in try await search.search(text).results {
      guard let document = byName[result.piece.document] else { continue }
      let position = result.piece.position
      let neighbours =
        around > 0
        ? try await base.store.pieces(
          ofDocument: result.piece.documentID, at: max(position - around, 0)..<(position + around + 1)) : []
      chunks.append(
        ContextChunk(
          result: result, document: document,
          before: neighbours.filter { $0.position < position }.map(\.piece.text),
          after: neighbours.filter { $0.position > position }.map(\.piece.text)))
    }
    return chunks
  }
}

extension RequestFields {
  /// `context_filter`: identifiers of documents.
  mutating func contextFilter() throws(ServerError) -> [String]? {
    guard let value = value("context_filter") else { return nil }
    var inner = try RequestFields(value, path: path("context_filter"))
    let identifiers = try inner.strings("docs_ids", atMost: 10_000)
    adopt(inner)
    return identifiers
  }
}
