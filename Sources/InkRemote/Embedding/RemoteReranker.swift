public import InkChat

/// A reranker behind an endpoint with `/rerank` as Jina and Cohere shaped it.
public struct RemoteReranker: Reranker {
  private let name: String
  private let transport: any RemoteTransport
  private let clock: any Clock<Duration>

  /// A model by its name at the endpoint.
  public init(_ name: String, over transport: any RemoteTransport, clock: any Clock<Duration>) {
    self.name = name
    self.transport = transport
    self.clock = clock
  }

  public func tokenCount(of document: String, for query: String) -> Int? { nil }

  public func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float] {
    guard !documents.isEmpty else { return [] }
    let request = RemoteRequest(
      path: .versioned("/rerank"),
      body: [
        "model": .string(name), "query": .string(query), "documents": .array(documents.map { .string($0) }),
        "top_n": .integer(Int64(documents.count)), "return_documents": false,
      ], model: name)
    let answer = try await transport.object(request, clock: clock)
    return try answer.ordered(by: "results", count: documents.count) { (entry) throws(GenerationError) in
      guard let score = (entry["relevance_score"] ?? entry["score"])?.real else {
        throw .strangeAnswer("a relevance_score", String(entry.text.prefix(200)))
      }
      return Float(score)
    }
  }
}
