import Foundation
import InkInference
import InkTensor
import InkTokenizers
import Testing

/// A second real model, of another architecture and with other packed types (Q5_0, Q8_0, Q4_K and Q6_K in one file, a
/// vocabulary of 262,144 pieces with scores), against llama.cpp.
@Suite(
  "Gemma 3 against references",
  .enabled(if: TestModels.gemma3 != nil, "Gemma 3 270M is not fetched: inkstone pull gemma3-270m"))
struct Gemma3ReferenceTests {
  /// One prompt of the fixture.
  struct Reference: Decodable {
    let prompt: String
    let tokens: [Int32]
    let greedy: [Int32]
    /// How far the reference's best logit lies above its second, at each step.
    let margins: [Float]
  }

  /// Both programs round activations to 8 bits, in blocks of different length for some of the types, which moves a logit by
  /// some tenths: where the reference's two best tokens are closer than that, either may come first, and what follows is
  /// another text.
  @Test("greedy tokens are those of llama.cpp up to the first step where its two best tokens are all but equal")
  func greedy() throws {
    let model = try LanguageModel.load(gguf: #require(TestModels.gemma3), name: "gemma3", cpu: CPU(threads: 2))
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/gemma3/reference.json")
    let references = try JSONDecoder().decode([Reference].self, from: Data(contentsOf: path))
    var compared = 0
    for reference in references {
      #expect(model.tokenizer.encode(reference.prompt) == reference.tokens, "\(reference.prompt)")
      let count = reference.margins.firstIndex { $0 < 0.2 } ?? reference.greedy.count
      compared += count
      var cache = model.makeCache()
      var fed = reference.tokens
      var found: [Int32] = []
      while found.count < count {
        let logits = try model.evaluate(fed, cache: &cache).toArray()
        fed = [Int32(logits.indices.max { logits[$0] < logits[$1] } ?? 0)]
        found += fed
      }
      #expect(found == Array(reference.greedy.prefix(count)), "\(reference.prompt)")
    }
    #expect(compared > 60)
  }
}
