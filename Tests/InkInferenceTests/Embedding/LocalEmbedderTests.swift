import Foundation
import InkChat
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Sentence vectors")
struct LocalEmbedderTests {
  @Test("vectors through every pooling and dense layers are those of the reference library")
  func vectors() async throws {
    let expected = try SentenceFixture.embedder.expected(Expected.self)
    let embedder = LocalEmbedder(try SentenceFixture.loadEmbedder())
    let vectors = try await embedder.embed(expected.texts, as: .document)
    #expect(embedder.dimension == vectors.first?.count)
    expectClose(vectors, expected.vectors)
    // A prompt of the folder stands in front of queries.
    expectClose(try await embedder.embed(expected.texts, as: .query), expected.query_vectors)
    for (text, ids) in zip(expected.texts, expected.ids) { #expect(embedder.model.tokenizer.encode(text) == ids) }
  }

  @Test("a text gives the same bits alone, in any company and on any threads")
  func sameBits() async throws {
    let expected = try SentenceFixture.embedder.expected(Expected.self)
    // More tokens than one step takes.
    let texts = (0..<40).map { expected.texts[$0 % expected.texts.count] + String(repeating: " ink", count: $0 % 7) }
    let together = try await LocalEmbedder(try SentenceFixture.loadEmbedder(threads: 3)).embed(texts, as: .comparison)
    let one = LocalEmbedder(try SentenceFixture.loadEmbedder(threads: 1))
    for (text, vector) in zip(texts, together) {
      #expect(try await one.embed([text], as: .comparison) == [vector], "\(text)")
    }
    #expect(try await one.embed([], as: .comparison).isEmpty)
  }

  @Test("a text that is too long is refused by its number, and cut like the reference's when that is asked for")
  func long() async throws {
    let expected = try SentenceFixture.embedder.expected(Expected.self)
    let model = try SentenceFixture.loadEmbedder()
    #expect(model.maximumTokens == expected.maximum_tokens)
    let error = await #expect(throws: GenerationError.self) {
      try await LocalEmbedder(model).embed(["short", expected.long], as: .document)
    }
    #expect(error?.code == .contextExceeded)
    #expect(error?.context == "text 2")
    #expect(error?.found == "\(expected.long_token_count)")
    let cut = try await LocalEmbedder(model, limit: .cut).embed([expected.long], as: .document)
    expectClose(cut, [expected.long_cut_vector])
  }

  @Test("the tokens of a text have its vector, and tokens that cannot be are refused by their number")
  func tokens() async throws {
    let embedder = LocalEmbedder(try SentenceFixture.loadEmbedder())
    let texts = ["ink", "a stone and water"]
    let ids = texts.map { embedder.model.tokenizer.encode($0, parsing: .asText) }
    #expect(try await embedder.embed(tokens: ids) == embedder.embed(texts, as: .comparison))
    let most = try #require(embedder.model.maximumTokens)
    for (wrong, code) in [
      ([], GenerationError.Code.invalidInput), ([-1], .invalidInput), ([1_000_000], .invalidInput),
      (Array(repeating: ids[0][0], count: most + 1), .contextExceeded),
    ] {
      let error = await #expect(throws: GenerationError.self) { try await embedder.embed(tokens: [ids[0], wrong]) }
      #expect(error?.code == code)
      #expect(error?.context == "input 2")
    }
  }

  @Test("a text that spells a special token is text like any other")
  func specialTokens() async throws {
    let embedder = LocalEmbedder(try SentenceFixture.loadEmbedder())
    let vectors = try await embedder.embed(["[SEP]", "a [MASK] b", ""], as: .comparison)
    #expect(vectors.count == 3)
    #expect(embedder.model.tokenizer.encode("[SEP]", parsing: .asText).count > 3)
  }

  struct Expected: Decodable {
    let texts: [String]
    let ids: [[Int32]]
    let vectors: [[Float]]
    let query_vectors: [[Float]]
    let long: String
    let long_cut_vector: [Float]
    let long_token_count: Int
    let maximum_tokens: Int
  }

  private func expectClose(
    _ found: [[Float]], _ expected: [[Float]], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.map(\.count) == expected.map(\.count), sourceLocation: sourceLocation)
    for (row, (a, b)) in zip(found, expected).enumerated() {
      let worst = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-5, "text \(row + 1): off by \(worst)", sourceLocation: sourceLocation)
    }
  }
}

/// A tiny model of the fixtures, saved by Sentence Transformers.
struct SentenceFixture {
  let path: String

  init(_ name: String) {
    path =
      URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/sentence/\(name)").path
  }

  static let embedder = SentenceFixture("embedder")

  static func loadEmbedder(threads: Int = 2) throws -> SentenceEncoder {
    try SentenceEncoder.load(folder: embedder.path, name: "embedder", cpu: CPU(threads: threads))
  }

  func expected<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: "\(path)/expected.json")))
  }
}
