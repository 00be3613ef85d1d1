import InkChat
import InkRetrieval

/// How a search over HTTP goes, read and checked.
struct KnowledgeSearchRequest: Sendable {
  /// What a search looks by.
  enum Mode: String, CaseIterable {
    case keyword, vector, hybrid

    var mode: SearchMode {
      switch self {
      case .keyword: .keyword
      case .vector: .vector
      case .hybrid: .hybrid()
      }
    }
  }

  var plan: SearchPlan
  /// Whether the request says how many results it wants.
  let saysCount: Bool
  /// Who orders the candidates once more; nil leaves them.
  var reranking: RequestedReranking?
  /// How much the reranker's scores count beside the search's.
  let rerankWeight: Double
  /// Which further wordings are searched for.
  var expansion: QuestionExpansion
  /// Whether the answer tells what each stage gave.
  var explains: Bool

  init(_ fields: inout RequestFields) throws(ServerError) {
    let asked = try fields.integer("top", in: 1...1000)
    saysCount = asked != nil
    let count = asked ?? 5
    plan = SearchPlan(
      mode: (try fields.word("mode", of: Mode.self) ?? .hybrid).mode, count: count, candidates: max(40, 4 * count))
    plan.threshold = try fields.number("threshold", in: -1...1)
    plan.filter = try fields.metadataFilter("filter")
    plan.diversity = try fields.number("diversity", in: 0...1).map { Diversity(balance: $0) }
    plan.decay = try fields.number("half_life_days", in: 0.001...100_000).map { TimeDecay(halfLifeDays: $0) }
    plan.widening = try fields.integer("widen", in: 0...50) ?? 0
    reranking = try fields.string("rerank").map { $0 == "llm" ? .chatModel : .crossEncoder($0) }
    let weight = try fields.number("rerank_weight", in: 0...1)
    if weight != nil, reranking == nil { throw fields.invalid("rerank_weight", "given beside \"rerank\"") }
    rerankWeight = weight ?? 1
    expansion = try fields.word("expansion", of: QuestionExpansion.self) ?? .none
    explains = try fields.boolean("explain") ?? false
  }

  /// Whether a chat model has a part in the search.
  var asksModel: Bool { expansion != .none || reranking == .chatModel }

  /// The search over a base.
  ///
  /// - Parameter model: the chat model that takes part, and stays loaded while it does.
  func search(
    _ base: KnowledgeBase, _ services: ServerServices, model: (any ChatModel)?
  ) async throws -> KnowledgeSearch {
    var plan = plan
    switch reranking {
    case nil: break
    case .crossEncoder(let name):
      let lease = try await services.models.lease(name, for: .rerank)
      guard let model = lease.model.reranker else { throw ServerError.missing(.rerank, in: lease.listing) }
      let reranker = LeasedReranker(lease: lease, reranker: model)
      plan.reranking = .scored(by: reranker, candidates: max(20, plan.count), weight: rerankWeight)
    case .chatModel:
      if let model {
        plan.reranking = .scored(
          by: LanguageModelReranker(model), candidates: max(20, plan.count), weight: rerankWeight)
      }
    }
    let clock = services.clock
    return KnowledgeSearch(base.store, embedder: base.embedder, plan: plan) { Double(clock.secondsSince1970()) }
  }
}

/// A reranker that keeps its model from being put away.
private struct LeasedReranker: Reranker {
  let lease: ModelLease
  let reranker: any Reranker

  func tokenCount(of document: String, for query: String) -> Int? { reranker.tokenCount(of: document, for: query) }

  func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float] {
    try await reranker.scores(of: documents, for: query)
  }
}

extension RequestFields {
  /// An object of keys and values that a document must have; a value that ends with `*` is a beginning, an array one of
  /// several.
  mutating func metadataFilter(_ name: String) throws(ServerError) -> MetadataFilter? {
    guard let value = value(name) else { return nil }
    guard case .object(let members) = value, members.count <= 64 else {
      throw invalid(name, "an object of at most 64 members", found: value)
    }
    var filters: [MetadataFilter] = []
    for member in members {
      switch member.value {
      case .string(let text):
        filters.append(
          text.hasSuffix("*") ? .hasPrefix(member.name, String(text.dropLast())) : .equals(member.name, text))
      case .integer, .number, .boolean: filters.append(.equals(member.name, member.value.text))
      case .array(let list):
        var texts: [String] = []
        for entry in list {
          guard case .string(let text) = entry else { throw invalid(name, "made of texts", found: entry) }
          texts.append(text)
        }
        filters.append(.oneOf(member.name, texts))
      case .null, .object: throw invalid(name, "made of texts", found: member.value)
      }
    }
    return filters.isEmpty ? nil : .all(filters)
  }
}
