import InkChat
import InkRemote
import Testing

@Suite("Embeddings and scores of an endpoint")
struct RemoteEmbeddingTests {
  private let clock = ContinuousClock()

  @Test("vectors come back in the order of the texts, whatever the order of the answer, in several requests if need be")
  func order() async throws {
    try await withServer { request, _ in
      guard case .array(let inputs)? = request.json["input"] else { return [.close] }
      let data = inputs.enumerated().reversed().map { index, text -> JSONValue in
        guard case .string(let text) = text else { return .null }
        return ["object": "embedding", "index": .integer(Int64(index)), "embedding": [.number(Double(text) ?? -1), 0]]
      }
      let answer: JSONValue = ["object": "list", "data": .array(data)]
      return [.json(answer.text)]
    } body: { server, client in
      let embedder = try await RemoteEmbedder.measured("m", over: try server.transport(client), clock: clock)
      #expect(embedder.dimension == 2)
      let texts = (0..<600).map { String($0) }
      let vectors = try await embedder.embed(texts, as: .document)
      #expect(vectors == (0..<600).map { [Float($0), 0] })
      #expect(server.requests.count == 4)
      #expect(server.requests.allSatisfy { $0.path == "/v1/embeddings" && $0.json["model"] == "m" })
    }
  }

  @Test("tokens are sent as they are")
  func tokens() async throws {
    try await withServer { _, _ in
      [.json(#"{"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}]}"#)]
    } body: { server, client in
      let embedder = RemoteEmbedder("m", dimension: 1, over: try server.transport(client), clock: clock)
      #expect(try await embedder.embed(tokens: [[5, 6], [7]]) == [[1], [2]])
      #expect(server.requests.first?.json["input"] == [[5, 6], [7]])
    }
  }

  @Test(
    "an answer that does not fit the question is refused",
    arguments: [
      "{}", "{\"data\":[]}", "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":0,\"embedding\":[1]}]}",
      "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":5,\"embedding\":[1]}]}",
      "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[1,2]}]}",
      "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[\"x\"]}]}", "[", "",
    ])
  func strange(answer: String) async throws {
    try await withServer { _, _ in
      [.json(answer)]
    } body: { server, client in
      let embedder = RemoteEmbedder("m", dimension: 1, over: try server.transport(client), clock: clock)
      let error = await #expect(throws: GenerationError.self) { try await embedder.embed(["a", "b"], as: .query) }
      #expect(error?.code == .modelFailure)
    }
  }

  @Test("scores come back in the order of the documents")
  func scores() async throws {
    let answer =
      #"{"results":[{"index":1,"relevance_score":0.75},{"index":0,"relevance_score":0.25,"document":{"text":"x"}}]}"#
    try await withServer { _, _ in
      [.json(answer)]
    } body: { server, client in
      let reranker = RemoteReranker("m", over: try server.transport(client), clock: clock)
      #expect(try await reranker.scores(of: ["x", "y"], for: "q") == [0.25, 0.75])
      let expected: JSONValue = [
        "model": "m", "query": "q", "documents": ["x", "y"], "top_n": 2, "return_documents": false,
      ]
      #expect(server.requests.first?.json == expected)
      #expect(server.requests.first?.path == "/v1/rerank")
      #expect(try await reranker.scores(of: [], for: "q") == [])
    }
  }
}
