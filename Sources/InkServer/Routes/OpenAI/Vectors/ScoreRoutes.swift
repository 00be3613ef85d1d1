import Hummingbird
import InkChat

/// `POST /v1/score` and `/score`: how alike pairs of texts are, by a reranker or by the cosine of their embeddings.
struct ScoreRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    for path in ["/v1/score", "/score"] {
      routes.on(.post, path, about: Self.description) { request, context in
        let fields = try await request.fields(context, services)
        let request = try ScoreRequest(fields, services)
        return try await context.whileConnected { try await Self.answer(request, context, services) }
      }
    }
  }

  private static func answer(
    _ request: ScoreRequest, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let lease = try await lease(request.model, services)
    context.record.begin("score", model: lease.listing.id)
    let scored: (scores: [Float], tokens: Int)
    if let reranker = lease.model.reranker {
      scored = try await request.scores(reranker)
    } else if let embedder = lease.model.embedder {
      scored = try await request.scores(embedder)
    } else {
      throw ServerError.missing(.rerank, in: lease.listing)
    }
    context.record.count(TokenCounts(prompt: scored.tokens, completion: 0))
    let data = scored.scores.enumerated().map { index, score -> JSONValue in
      ["index": .integer(Int64(index)), "object": "score", "score": .number(Double(score))]
    }
    return .json(
      [
        "id": .string(services.identifiers.make("score-")), "object": "list",
        "created": .integer(Int64(services.clock.secondsSince1970())), "model": .string(lease.listing.id),
        "data": .array(data),
        "usage": ["prompt_tokens": .integer(Int64(scored.tokens)), "total_tokens": .integer(Int64(scored.tokens))],
      ], warnings: request.warnings)
  }

  /// A reranker, or an embedder where the model is none.
  ///
  /// - Throws: why it is no reranker, where it is no embedder either.
  private static func lease(_ name: String?, _ services: ServerServices) async throws(ServerError) -> ModelLease {
    let reason: ServerError
    do { return try await services.models.lease(name, for: .rerank) } catch { reason = error }
    guard reason.code == "unsupported_model" || name == nil else { throw reason }
    do { return try await services.models.lease(name, for: .embedding) } catch {
      throw error.code == "unsupported_model" || name == nil && error.code == "model_not_found" ? reason : error
    }
  }
}

/// A request to score pairs, read and checked.
private struct ScoreRequest: Sendable {
  var model: String?
  /// As long as `right`, or a single text that goes with each of them.
  var left: [String]
  var right: [String]
  var warnings: [String]

  init(_ fields: RequestFields, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    model = try fields.string("model")
    guard let left = try fields.strings("text_1", atMost: 4096) else { throw fields.missing("text_1") }
    guard let right = try fields.strings("text_2", atMost: 4096) else { throw fields.missing("text_2") }
    guard !left.isEmpty else { throw fields.invalid("text_1", "at least one text") }
    guard !right.isEmpty, left.count == 1 || left.count == right.count else {
      throw fields.invalid("text_2", "as many texts as \"text_1\" has, or any number where that is one")
    }
    self.left = left
    self.right = right
    _ = try fields.string("user")
    warnings = try fields.finish(services.settings.unknownFields)
  }

  func scores(_ reranker: any Reranker) async throws -> (scores: [Float], tokens: Int) {
    var tokens = 0
    var scores: [Float] = []
    if left.count == 1 {
      scores = try await reranker.scores(of: right, for: left[0])
      tokens = right.reduce(0) { $0 + (reranker.tokenCount(of: $1, for: left[0]) ?? 0) }
    } else {
      for (query, document) in zip(left, right) {
        scores += try await reranker.scores(of: [document], for: query)
        tokens += reranker.tokenCount(of: document, for: query) ?? 0
      }
    }
    return (scores, tokens)
  }

  func scores(_ embedder: any Embedder) async throws -> (scores: [Float], tokens: Int) {
    let vectors = try await embedder.embed(left + right, as: .comparison)
    guard vectors.count == left.count + right.count else {
      throw GenerationError(
        code: .modelFailure, context: "embeddings", expected: "\(left.count + right.count) vectors",
        found: "\(vectors.count)")
    }
    let scores = right.indices.map { index in
      Self.cosine(vectors[left.count == 1 ? 0 : index], vectors[left.count + index])
    }
    return (scores, (left + right).reduce(0) { $0 + (embedder.tokenCount(of: $1) ?? 0) })
  }

  private static func cosine(_ left: [Float], _ right: [Float]) -> Float {
    var product = 0.0
    var leftSquares = 0.0
    var rightSquares = 0.0
    for (first, second) in zip(left, right) {
      product += Double(first) * Double(second)
      leftSquares += Double(first) * Double(first)
      rightSquares += Double(second) * Double(second)
    }
    let lengths = (leftSquares * rightSquares).squareRoot()
    return lengths > 0 ? Float(product / lengths) : 0
  }
}
