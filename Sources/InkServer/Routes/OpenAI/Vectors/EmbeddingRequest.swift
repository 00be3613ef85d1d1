import InkChat

/// A request for embeddings, read and checked.
struct EmbeddingRequest: Sendable {
  var model: String?
  var input: EmbeddingInput
  var encoding: VectorEncoding
  /// Elements to keep of each vector; nil keeps all.
  var dimensions: Int?
  var purpose: EmbeddingPurpose
  var warnings: [String]

  init(_ fields: RequestFields, _ services: ServerServices) throws(ServerError) {
    var fields = fields
    model = try fields.string("model")
    input = try fields.embeddingInput()
    encoding = try fields.word("encoding_format", of: VectorEncoding.self) ?? .float
    dimensions = try fields.integer("dimensions", in: 1...65536)
    purpose = try fields.word("input_type", of: InputType.self)?.purpose ?? .comparison
    _ = try fields.string("user")
    fields.ignoreHints()
    warnings = try fields.finish(services.settings.unknownFields)
  }
}

/// How a vector is written.
enum VectorEncoding: String, CaseIterable, Sendable {
  case float, base64
}

/// What is to become a vector.
enum EmbeddingInput: Sendable, Hashable {
  case texts([String])
  case tokens([[Int32]])

  /// One vector for each, and the tokens of all; those of texts as far as the model's side tells.
  func vectors(
    _ embedder: any Embedder, as purpose: EmbeddingPurpose
  ) async throws(ServerError) -> (vectors: [[Float]], tokens: Int) {
    do throws(GenerationError) {
      switch self {
      case .texts(let texts):
        let vectors = try await embedder.embed(texts, as: purpose)
        return (vectors, texts.reduce(0) { $0 + (embedder.tokenCount(of: $1) ?? 0) })
      case .tokens(let lists):
        return (try await embedder.embed(tokens: lists), lists.reduce(0) { $0 + $1.count })
      }
    } catch {
      var failure = ServerError(error)
      if failure.kind == .invalidRequest { failure.param = "input" }
      throw failure
    }
  }
}

/// What a text's vector is for, in the words of several services.
private enum InputType: String, CaseIterable {
  case query, document, comparison
  case searchQuery = "search_query"
  case searchDocument = "search_document"

  var purpose: EmbeddingPurpose {
    switch self {
    case .query, .searchQuery: .query
    case .document, .searchDocument: .document
    case .comparison: .comparison
    }
  }
}

extension RequestFields {
  fileprivate mutating func embeddingInput() throws(ServerError) -> EmbeddingInput {
    let limit = 2048
    let expectation = "a string, an array of at most \(limit) strings, or token ids"
    guard let value = value("input") else { throw missing("input") }
    switch value {
    case .string(let text): return .texts([text])
    case .array(let elements):
      switch elements.first {
      case .integer?: return .tokens([try tokens(elements, "input")])
      case .string?:
        guard elements.count <= limit else { throw invalid("input", expectation, found: value) }
        return .texts(try strings("input", atMost: limit) ?? [])
      case .array?:
        guard elements.count <= limit else { throw invalid("input", expectation, found: value) }
        var lists: [[Int32]] = []
        for element in elements {
          guard case .array(let ids) = element else { throw invalid("input", expectation, found: element) }
          lists.append(try tokens(ids, "input"))
        }
        return .tokens(lists)
      case nil, .null?, .boolean?, .number?, .object?: throw invalid("input", expectation, found: value)
      }
    case .null, .boolean, .integer, .number, .object: throw invalid("input", expectation, found: value)
    }
  }
}
