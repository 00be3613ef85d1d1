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
  /// Texts of one request.
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
    let vectors = try await probe.vectors(of: ["a"], as: .comparison)
    guard let dimension = vectors.first?.count, dimension > 0 else {
      throw .strangeAnswer("a vector with elements", "an empty one")
    }
    return RemoteEmbedder(name, dimension: dimension, over: transport, clock: clock)
  }

  public func tokenCount(of text: String) -> Int? { nil }

  public func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] {
    var all: [[Float]] = []
    for start in stride(from: 0, to: texts.count, by: Self.batch) {
      let vectors = try await vectors(of: Array(texts[start..<min(start + Self.batch, texts.count)]), as: purpose)
      if let wrong = vectors.first(where: { $0.count != dimension }) {
        throw .strangeAnswer("vectors of \(dimension) elements", "one of \(wrong.count)")
      }
      all += vectors
    }
    return all
  }

  private func vectors(
    of texts: [String], as purpose: EmbeddingPurpose
  ) async throws(GenerationError) -> [[Float]] {
    var members = [
      JSONMember("model", .string(name)), JSONMember("input", .array(texts.map { .string($0) })),
      JSONMember("encoding_format", "float"),
    ]
    if case .inkstone = transport.dialect {
      switch purpose {
      case .comparison: break
      case .query: members.append(JSONMember("input_type", "query"))
      case .document: members.append(JSONMember("input_type", "document"))
      }
    }
    let request = RemoteRequest(path: .versioned("/embeddings"), body: .object(members), model: name)
    let answer = try await transport.object(request, clock: clock)
    return try answer.ordered(by: "data", count: texts.count) { (entry) throws(GenerationError) in
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
