import AsyncHTTPClient
import Foundation
import HummingbirdTesting
import InkChat
import InkInference
import InkServer
import InkTensor
import NIOCore
import NIOHTTP1
import Testing

/// Law 2 under load for vectors and scores: the same bits alone, in any batch, beside other requests, on any threads.
@Suite("Same vectors and scores through every door")
struct SameVectorsTests {
  @Test("vectors over HTTP are the bits of a text alone, whoever asks beside it", arguments: [1, 2, 3])
  func vectors(threads: Int) async throws {
    let alone = LocalEmbedder(try TinyEncoder.embedder(threads: 1))
    var expected: [String] = []
    for text in Self.texts { expected.append(Self.base64(try await alone.embed([text], as: .comparison)[0])) }
    let vectors = expected
    let served = ServedModel(embedder: LocalEmbedder(try TinyEncoder.embedder(threads: threads)))
    let listing = ModelListing(id: "e", created: 0, state: .loaded, abilities: [.embedding])
    try await TestServer(FixedModels([(listing, served)])).test(.live) { client in
      let address = "http://127.0.0.1:\(try #require(client.port))/v1/embeddings"
      let batches = Self.batches
      let answers = try await Self.atOnce(batches.count) { index in
        let input = JSONValue.array(batches[index].map { .string(Self.texts[$0]) })
        let answer = try await Self.post(["model": "e", "input": input, "encoding_format": "base64"], to: address)
        return try #require(answer["data"]?.array).compactMap { $0["embedding"]?.string }
      }
      for (batch, answer) in zip(batches, answers) { #expect(answer == batch.map { vectors[$0] }) }
    }
  }

  @Test(
    "scores over HTTP are the bits of a pair alone, whoever asks beside it", arguments: [1, 2, 3],
    ["reranker_bert", "reranker_xlm_roberta"])
  func scores(threads: Int, name: String) async throws {
    let query = "a stone and water"
    let alone = LocalReranker(try TinyEncoder.reranker(name, threads: 1))
    var expected: [Double] = []
    for text in Self.texts { expected.append(Double(try await alone.scores(of: [text], for: query)[0])) }
    let known = expected
    let served = ServedModel(reranker: LocalReranker(try TinyEncoder.reranker(name, threads: threads)))
    let listing = ModelListing(id: "r", created: 0, state: .loaded, abilities: [.rerank])
    try await TestServer(FixedModels([(listing, served)])).test(.live) { client in
      let address = "http://127.0.0.1:\(try #require(client.port))"
      let batches = Self.batches
      let answers = try await Self.atOnce(batches.count) { index -> [Double?] in
        let documents = JSONValue.array(batches[index].map { .string(Self.texts[$0]) })
        guard index % 2 == 0 else {
          let answer = try await Self.post(
            ["model": "r", "text_1": .string(query), "text_2": documents], to: address + "/v1/score")
          return try #require(answer["data"]?.array).map { $0["score"]?.double }
        }
        let answer = try await Self.post(
          ["model": "r", "query": .string(query), "documents": documents], to: address + "/v1/rerank")
        var scores = [Double?](repeating: nil, count: batches[index].count)
        for result in try #require(answer["results"]?.array) {
          guard case .integer(let place)? = result["index"] else { continue }
          scores[Int(place)] = result["relevance_score"]?.double
        }
        return scores
      }
      for (batch, answer) in zip(batches, answers) { #expect(answer == batch.map { known[$0] }) }
    }
  }

  /// Texts of 1 to 8 words: together more than one step of the encoder takes.
  private static let texts: [String] = {
    let words = ["ink", "stone", "water", "a", "brush", "墨", "paper", "of", "river"]
    return (0..<64).map { length in
      (0...length / 8).map { words[($0 * 5 + length * 3) % words.count] }.joined(separator: " ")
    }
  }()

  /// What 24 requests ask for: one text, several, or all of them.
  private static let batches: [[Int]] = (0..<24).map { index in
    switch index % 4 {
    case 0: [index]
    case 1: Array(texts.indices)
    case 2: (0..<7).map { (index + $0 * 4) % texts.count }
    default: Array(texts.indices.reversed().prefix(index))
    }
  }

  private static func base64(_ vector: [Float]) -> String {
    let bytes = vector.flatMap { element in
      stride(from: 0, to: 32, by: 8).map { UInt8(truncatingIfNeeded: element.bitPattern >> UInt32($0)) }
    }
    return Data(bytes).base64EncodedString()
  }

  private static func atOnce<Value: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (Int) async throws -> Value
  ) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      for index in 0..<count { group.addTask { (index, try await body(index)) } }
      var found: [Int: Value] = [:]
      for try await (index, value) in group { found[index] = value }
      return (0..<count).compactMap { found[$0] }
    }
  }

  private static func post(_ body: JSONValue, to address: String) async throws -> JSONValue {
    var request = HTTPClientRequest(url: address)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body.text))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
    let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
    #expect(response.status == .ok, "\(text)")
    return try JSONValue(parsing: text)
  }
}

/// The tiny encoders that Sentence Transformers saved, in the fixtures of the engine's tests.
private enum TinyEncoder {
  private static func folder(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("InkInferenceTests/Fixtures/sentence/\(name)").path
  }

  static func embedder(threads: Int) throws -> SentenceEncoder {
    try SentenceEncoder.load(folder: folder("embedder"), name: "embedder", cpu: CPU(threads: threads))
  }

  static func reranker(_ name: String, threads: Int) throws -> CrossEncoder {
    try CrossEncoder.load(folder: folder(name), name: name, cpu: CPU(threads: threads))
  }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    case .null, .boolean, .string, .array, .object: nil
    }
  }
}
