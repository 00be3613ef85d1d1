import Hummingbird
import InkChat

/// `POST /api/embed`, and `POST /api/embeddings` as older clients know it.
struct OllamaEmbedRoutes: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/api/embed", about: Self.description, errors: .ollama) { request, context in
      var fields = try await request.fields(context, services)
      let model = try fields.ollamaModel()
      guard let texts = try fields.strings("input", atMost: 2048) else { throw fields.missing("input") }
      let dimensions = try fields.integer("dimensions", in: 1...65536)
      fields.ignore("truncate", "options", "keep_alive")
      let warnings = try fields.finish(services.settings.unknownFields)
      let result = try await Self.embed(texts, model, dimensions, context, services)
      let answer: JSONValue = [
        "model": .string(model), "embeddings": .array(result.vectors.map(Self.json)),
        "total_duration": result.total.nanoseconds, "load_duration": result.load.nanoseconds,
        "prompt_eval_count": .integer(Int64(result.tokens)),
      ]
      return .json(answer, warnings: warnings)
    }
    routes.on(.post, "/api/embeddings", about: Self.olderDescription, errors: .ollama) { request, context in
      var fields = try await request.fields(context, services)
      let model = try fields.ollamaModel()
      let text = try fields.requiredString("prompt")
      fields.ignore("options", "keep_alive")
      let warnings = try fields.finish(services.settings.unknownFields)
      let result = try await Self.embed([text], model, nil, context, services)
      return .json(["embedding": Self.json(result.vectors.first ?? [])], warnings: warnings)
    }
  }

  private struct Vectors: Sendable {
    var vectors: [[Float]]
    var tokens: Int
    var total: Duration
    var load: Duration
  }

  private static func embed(
    _ texts: [String], _ model: String, _ dimensions: Int?, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Vectors {
    try await context.whileConnected {
      let began = services.clock.uptime()
      let lease = try await services.models.lease(await services.ollamaName(model), for: .embedding)
      guard let embedder = lease.model.embedder else { throw ServerError.missing(.embedding, in: lease.listing) }
      context.record.begin("embeddings", model: lease.listing.id)
      let load = services.clock.uptime() - began
      if let dimensions, dimensions > embedder.dimension {
        throw ServerError(
          .invalidRequest,
          "The vectors of \"\(lease.listing.id)\" have \(embedder.dimension) elements, not \(dimensions).",
          param: "dimensions", code: "invalid_value")
      }
      let vectors = texts.isEmpty ? [] : try await embedder.embed(texts, as: .comparison)
      let tokens = texts.reduce(0) { $0 + (embedder.tokenCount(of: $1) ?? 0) }
      context.record.count(TokenCounts(prompt: tokens, completion: 0))
      return Vectors(
        vectors: dimensions.map { count in vectors.map { $0.shortened(to: count) } } ?? vectors, tokens: tokens,
        total: services.clock.uptime() - began, load: load)
    }
  }

  private static func json(_ vector: [Float]) -> JSONValue { .array(vector.map { .number(Double($0)) }) }
}
