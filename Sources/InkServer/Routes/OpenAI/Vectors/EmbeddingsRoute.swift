import Foundation
import Hummingbird
import InkChat

/// `POST /v1/embeddings`.
struct EmbeddingsRoute: ServerRoute {
  func register(on routes: ServerRoutes) {
    let services = routes.services
    routes.on(.post, "/v1/embeddings", about: Self.description) { request, context in
      let fields = try await request.fields(context, services)
      let request = try EmbeddingRequest(fields, services)
      return try await context.whileConnected { try await Self.answer(request, context, services) }
    }
  }

  private static func answer(
    _ request: EmbeddingRequest, _ context: ServerContext, _ services: ServerServices
  ) async throws -> Response {
    let lease = try await services.models.lease(request.model, for: .embedding)
    guard let embedder = lease.model.embedder else { throw ServerError.missing(.embedding, in: lease.listing) }
    context.record.begin("embeddings", model: lease.listing.id)
    if let dimensions = request.dimensions, dimensions > embedder.dimension {
      throw ServerError(
        .invalidRequest,
        "The vectors of \"\(lease.listing.id)\" have \(embedder.dimension) elements, not \(dimensions).",
        param: "dimensions", code: "invalid_value")
    }
    let (vectors, tokens) = try await request.input.vectors(embedder, as: request.purpose)
    context.record.count(TokenCounts(prompt: tokens, completion: 0))
    let data = vectors.enumerated().map { index, vector -> JSONValue in
      let vector = request.dimensions.map { vector.shortened(to: $0) } ?? vector
      return ["object": "embedding", "index": .integer(Int64(index)), "embedding": request.encoding.json(vector)]
    }
    return .json(
      [
        "object": "list", "data": .array(data), "model": .string(lease.listing.id),
        "usage": ["prompt_tokens": .integer(Int64(tokens)), "total_tokens": .integer(Int64(tokens))],
      ], warnings: request.warnings)
  }
}

extension [Float] {
  /// The first elements, at length 1 again, for models that were trained so that their beginnings are vectors too.
  func shortened(to count: Int) -> [Float] {
    let head = Array(prefix(count))
    let length = head.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 ? head.map { Float(Double($0) / length) } : head
  }
}

extension VectorEncoding {
  /// A vector as JSON: numbers, or the base64 of its little-endian 32-bit floats.
  func json(_ vector: [Float]) -> JSONValue {
    switch self {
    case .float: return .array(vector.map { .number(Double($0)) })
    case .base64:
      var bytes: [UInt8] = []
      bytes.reserveCapacity(vector.count * 4)
      for element in vector {
        let bits = element.bitPattern
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(shift))) }
      }
      return .string(Data(bytes).base64EncodedString())
    }
  }
}
