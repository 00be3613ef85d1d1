import Foundation
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Embeddings, ranking and scores")
struct VectorTests {
  private static let embedder = ScriptedEmbedder(dimension: 3) { text, purpose in
    switch (text, purpose) {
    case ("q", .query): [0, 0, 1]
    case ("a", _): [3, 4, 12]
    default: [1, 0, 0]
    }
  }

  private var server: TestServer {
    let embed = ModelListing(id: "org/e", aliases: ["e"], created: 1, state: .loaded, abilities: [.embedding])
    let rank = ModelListing(id: "r", created: 1, state: .loaded, abilities: [.rerank])
    let reranker = ScriptedReranker { document, query in document.hasPrefix(query) ? 1 : Float(document.count) / 100 }
    return TestServer(
      FixedModels([
        (embed, ServedModel(embedder: Self.embedder)), (rank, ServedModel(reranker: reranker)),
        (.chat("m"), ServedModel(chat: ScriptedChatModel("x"))),
      ]))
  }

  @Test("texts become vectors, in order, with their tokens counted")
  func embeddings() async throws {
    let json = try await server.test { try await $0.post("/v1/embeddings", #"{"input":["a","b c"],"model":"e"}"#).json }
    #expect(
      json
        == [
          "object": "list",
          "data": [
            ["object": "embedding", "index": 0, "embedding": [3.0, 4.0, 12.0]],
            ["object": "embedding", "index": 1, "embedding": [1.0, 0.0, 0.0]],
          ], "model": "org/e", "usage": ["prompt_tokens": 3, "total_tokens": 3],
        ])
  }

  @Test("token ids become vectors as they are, and a model that reads texts only says so")
  func tokens() async throws {
    struct TokenEmbedder: Embedder {
      let dimension = 2
      func tokenCount(of text: String) -> Int? { nil }
      func embed(_ texts: [String], as purpose: EmbeddingPurpose) async throws(GenerationError) -> [[Float]] { [] }
      func embed(tokens: [[Int32]]) async throws(GenerationError) -> [[Float]] {
        tokens.map { [Float($0.count), Float($0.reduce(0, +))] }
      }
    }
    let listing = ModelListing(id: "e", created: 1, state: .loaded, abilities: [.embedding])
    let server = TestServer(FixedModels([(listing, ServedModel(embedder: TokenEmbedder()))]))
    try await server.test { client in
      let one = try await client.post("/v1/embeddings", #"{"input":[5,6,7]}"#).json
      #expect(one.at("data.0.embedding") == [3.0, 18.0])
      #expect(one.at("usage.prompt_tokens") == 3)
      let two = try await client.post("/v1/embeddings", #"{"input":[[5],[6,7]]}"#).json
      #expect(two["data"]?.array?.map { $0["embedding"] } == [[1.0, 5.0], [2.0, 13.0]])
      #expect(two.at("usage.total_tokens") == 3)
    }
    let refused = try await self.server.test { try await $0.post("/v1/embeddings", #"{"input":[5],"model":"e"}"#) }
    #expect(refused.code == 400)
    #expect(try refused.json.at("error.code") == "unsupported_value")
  }

  @Test("base64 holds little-endian floats")
  func base64() async throws {
    let json = try await server.test {
      try await $0.post("/v1/embeddings", #"{"input":"a","encoding_format":"base64"}"#).json
    }
    let text = try #require(json.at("data.0.embedding")?.string)
    let bytes = [UInt8](try #require(Data(base64Encoded: text)))
    #expect(bytes == [0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 64, 65])
  }

  @Test("a vector is shortened and has length 1 again only when that is asked for")
  func dimensions() async throws {
    try await server.test { client in
      let json = try await client.post("/v1/embeddings", #"{"input":"a","dimensions":2}"#).json
      #expect(json.at("data.0.embedding") == [.number(Double(Float(0.6))), .number(Double(Float(0.8)))])
      let refused = try await client.post("/v1/embeddings", #"{"input":"a","dimensions":4}"#)
      #expect(refused.code == 400)
      #expect(try refused.json.at("error.param") == "dimensions")
    }
  }

  @Test("the purpose of a vector reaches the model")
  func purpose() async throws {
    let json = try await server.test {
      try await $0.post("/v1/embeddings", #"{"input":"q","input_type":"query"}"#).json
    }
    #expect(json.at("data.0.embedding") == [0.0, 0.0, 1.0])
  }

  @Test(
    "an input that is none is refused",
    arguments: ["5", "{}", "[]", "[1.5]", "[\"a\",1]", "[[\"a\"]]", "null", "[[1]]", "[1]"])
  func noInput(input: String) async throws {
    let response = try await server.test { try await $0.post("/v1/embeddings", #"{"input":\#(input)}"#) }
    #expect(response.code == 400)
    #expect(try response.json.at("error.param") == "input")
  }

  @Test("documents are ranked, the best first", arguments: ["/v1/rerank", "/v2/rerank", "/rerank"])
  func rerank(path: String) async throws {
    try await server.test { client in
      let body = #"{"query":"b","documents":["aa","bb",{"text":"c"}],"return_documents":true,"top_n":2}"#
      let json = try await client.post(path, body).json
      #expect(
        json["results"]
          == [
            ["index": 1, "relevance_score": 1.0, "document": ["text": "bb"]],
            ["index": 0, "relevance_score": .number(Double(Float(0.02))), "document": ["text": "aa"]],
          ])
      let bare = try await client.post(path, #"{"query":"b","documents":["aa"]}"#).json
      #expect(bare.at("results.0")?.names == ["index", "relevance_score"])
      for wrong in [
        #"{"documents":["a"]}"#, #"{"query":"a"}"#, #"{"query":"a","documents":[]}"#, #"{"query":"a","documents":[1]}"#,
      ] {
        #expect(try await client.post(path, wrong).code == 400)
      }
    }
  }

  @Test("pairs are scored by a reranker, or by the cosine of embeddings")
  func score() async throws {
    try await server.test { client in
      let ranked = try await client.post("/v1/score", #"{"text_1":"b","text_2":["bb","a"],"model":"r"}"#).json
      #expect(ranked.at("data.0") == ["index": 0, "object": "score", "score": 1.0])
      #expect(ranked.at("data.1.score") == .number(Double(Float(0.01))))
      let cosine = try await client.post("/score", #"{"text_1":["a","b"],"text_2":["c","d"],"model":"e"}"#).json
      #expect(cosine.at("data.0.score") == .number(Double(Float(3.0 / 13))))
      #expect(cosine.at("data.1.score") == 1.0)
      #expect(try await client.post("/score", #"{"text_1":["a","b"],"text_2":["c"],"model":"e"}"#).code == 400)
    }
  }

  @Test("a model of another kind is not found for the task")
  func otherKind() async throws {
    try await server.test { client in
      let response = try await client.post("/v1/embeddings", #"{"input":"a","model":"m"}"#)
      #expect(response.code == 404)
      #expect(try response.json.at("error.code") == "unsupported_model")
    }
  }
}
