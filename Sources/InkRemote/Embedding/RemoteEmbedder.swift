public import InkChat

/// An embedding model behind an endpoint with OpenAI's API.
///
/// Only `inkstone serve` is told what the vectors are for; the API has no word for it, and other endpoints use their own
/// way for every purpose.
public struct RemoteEmbedder: Embedder {
  public let dimension: Int
  private let name: String
  private let transport: any RemoteTransport
  private let clock: any Clock<Duration>
  /// Inputs of one request.
  private static let batch = 256

  /// A model that is known to give vectors of so many elements.
  public init(_ name: String, dimension: Int, over transport: any RemoteTransport, clock: any Clock<Duration>) {
    self.name = name
    self.dimension = dimension
    self.transport = transport
    self.clock = clock
  }

  /// A model whose vectors are measured with a first text.
  ///
  /// - Throws: as `embed`.
  public static func measured(
    _ name: String, over transport: any RemoteTransport, clock: any Clock<Duration>
  ) async throws(GenerationError) -> RemoteEmbedder {
    let probe = RemoteEmbedder(name, dimension: 0, over: transport, clock: clock)
    let vectors = try await probe.vectors(of: ["a"], hints: [])
    guard let dimension = vectors.first?.count, dimension > 0 else {
      throw .strangeAnswer("a vector with elements", "an empty one")
    }
    return RemoteEmbedder(name, dimension: dimension, over: transport, clock: clock)
  }

  public func tokenCount(of text: String) -> Int? { nil }

  public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    var hints: [JSONMember] = []
    if case .inkstone = transport.dialect {
      switch purpose {
      case .comparison: break
      case .query: hints.append(JSONMember("input_type", "query"))
      case .document: hints.append(JSONMember("input_type", "document"))
      }
    }
    return try await embed(texts.map { .string($0) }, hints: hints)
  }

  public func embed(tokens: [[Int32]]) async throws(GenerationError) -> [[Float]] {
    try await embed(tokens.map { .array($0.map { .integer(Int64($0)) }) }, hints: [])
  }

  private func embed(_ inputs: [JSONValue], hints: [JSONMember]) async throws(GenerationError) -> [[Float]] {
    var all: [[Float]] = []
    for start in stride(from: 0, to: inputs.count, by: Self.batch) {
      let part = Array(inputs[start..<min(start + Self.batch, inputs.count)])
      let vectors = try await vectors(of: part, hints: hints)
      if let wrong = vectors.first(where: { $0.count != dimension }) {
        throw .strangeAnswer("vectors of \(dimension) elements", "one of \(wrong.count)")
      }
      all += vectors
    }
    return all
  }

  private func vectors(of inputs: [JSONValue], hints: [JSONMember]) async throws(GenerationError) -> [[Float]] {
    let members =
      [
        JSONMember("model", .string(name)), JSONMember("input", .array(inputs)), JSONMember("encoding_format", "float"),
      ] + hints
    let request = RemoteRequest(path: .versioned("/embeddings"), body: .object(members), model: name)
    let answer = try await transport.object(request, clock: clock)
    return try answer.ordered(by: "data", count: inputs.count) { (entry) throws(GenerationError) in
      guard case .array(let elements)? = entry["embedding"] else {
        throw .strangeAnswer("an embedding", String(entry.text.prefix(200)))
      }
      var vector: [Float] = []
      for element in elements {
        guard let value = element.real else { throw .strangeAnswer("numbers", String(element.text.prefix(60))) }
        vector.append(Float(value))
      }
      return vector
    }
  }
}
