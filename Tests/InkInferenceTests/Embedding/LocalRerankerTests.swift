import InkChat
import InkInference
import InkModels
import InkTensor
import Testing

@Suite("Reranking")
struct LocalRerankerTests {
  static let models = ["reranker_bert", "reranker_xlm_roberta"]

  @Test("scores of pairs are those of the reference library, whatever is scored beside them", arguments: models)
  func scores(name: String) async throws {
    let fixture = SentenceFixture(name)
    let expected = try fixture.expected(Expected.self)
    let reranker = LocalReranker(try CrossEncoder.load(folder: fixture.path, name: name, cpu: CPU(threads: 2)))
    let scores = try await reranker.scores(of: expected.documents, for: expected.query)
    #expect(scores.count == expected.scores.count)
    for (found, score) in zip(scores, expected.scores) { #expect(abs(found - score) <= 1e-5) }
    #expect(try await reranker.scores(of: [expected.documents[1]], for: expected.query) == [scores[1]])
    #expect(try await reranker.scores(of: [], for: expected.query).isEmpty)
  }

  @Test("a pair that is too long is refused by its number unless it is to be cut", arguments: models)
  func long(name: String) async throws {
    let model = try CrossEncoder.load(folder: SentenceFixture(name).path, name: name, cpu: CPU(threads: 1))
    let text = String(repeating: "ink and stone ", count: 40)
    let error = await #expect(throws: GenerationError.self) {
      try await LocalReranker(model).scores(of: ["ink", text], for: "stone")
    }
    #expect(error?.code == .contextExceeded)
    #expect(error?.context == "document 2")
    #expect(try await LocalReranker(model, limit: .cut).scores(of: ["ink", text], for: "stone").count == 2)
  }

  @Test("a model without a head of one class is no reranker")
  func noHead() {
    let error = #expect(throws: ModelLoadError.self) {
      try CrossEncoder.load(folder: SentenceFixture.embedder.path, name: "embedder", cpu: CPU(threads: 1))
    }
    #expect(error?.code == .unsupported)
    #expect(error?.found == "no such head")
  }

  struct Expected: Decodable {
    let query: String
    let documents: [String]
    let scores: [Float]
  }
}
