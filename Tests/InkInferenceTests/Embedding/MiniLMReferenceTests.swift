import Foundation
import InkChat
import InkInference
import InkTensor
import InkTokenizers
import Testing

@Suite("all-MiniLM-L6-v2 against sentence-transformers")
struct MiniLMReferenceTests {
  @Test("tokens and vectors are those of the reference library", .enabled(if: TestModels.miniLM != nil))
  func vectors() async throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/sentence/all_minilm_l6_v2.json")
    let reference = try JSONDecoder().decode(Reference.self, from: Data(contentsOf: path))
    let model = try SentenceEncoder.load(
      folder: #require(TestModels.miniLM), name: "all-MiniLM-L6-v2", cpu: CPU(threads: 2))
    for (text, ids) in zip(reference.texts, reference.ids) {
      #expect(model.tokenizer.encode(text, parsing: .asText) == ids, "\(text)")
    }
    let embedder = LocalEmbedder(model, limit: .cut)
    let found = try await embedder.embed(reference.texts + [reference.long], as: .comparison)
    for (row, (a, b)) in zip(found, reference.vectors + [reference.long_cut_vector]).enumerated() {
      #expect(a.count == b.count)
      let worst = zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-5, "text \(row + 1): off by \(worst)")
    }
  }

  struct Reference: Decodable {
    let texts: [String]
    let ids: [[Int32]]
    let vectors: [[Float]]
    let long: String
    let long_cut_vector: [Float]
  }
}
