import Foundation
import InkChat
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Golden beam search")
struct BeamSearchGoldenTests {
  @Test("sequences and scores are those of the reference library")
  func golden() throws {
    let golden = try JSONDocument.open(BeamSearchGoldenTests.file).root
    let model = try BeamSearchGoldenTests.model()
    let maximum = try golden["max_new_tokens"].int
    let end = Int32(try golden["eos_token_id"].int)
    let padding = Int32(try golden["pad_token_id"].int)
    let prompts = try golden["prompts"].array.map { try $0.array.map { Int32(try $0.int) } }
    let cases = try golden["cases"].array
    #expect(!cases.isEmpty)
    for node in cases {
      let search = try BeamSearchGoldenTests.search(node, maximum: maximum)
      let returned = try node["num_return_sequences"].int
      let sequences = try node["sequences"].array
      let scores = try node["sequences_scores"].array
      for (row, prompt) in prompts.enumerated() {
        let found = try search.run(prompt, on: model, endTokens: [end])
        for place in 0..<returned {
          let expected = try sequences[row * returned + place].array.map { Int32(try $0.int) }
          var tokens = prompt + found[place].tokens
          tokens += Array(repeating: padding, count: max(0, expected.count - tokens.count))
          #expect(tokens == expected, "\(search), prompt \(row), place \(place)")
          let score = try scores[row * returned + place].double
          #expect(abs(Double(found[place].score) - score) <= 1e-4 + 1e-4 * abs(score))
        }
      }
    }
  }

  @Test("one beam is the greedy choice")
  func oneBeam() throws {
    let model = try BeamSearchGoldenTests.model()
    let found = try BeamSearch(beams: 1, maximumTokens: 6).run([3, 4, 5], on: model, endTokens: [])
    var cache = model.makeCache()
    var tokens: [Int32] = []
    var fed: [Int32] = [3, 4, 5]
    for _ in 0..<6 {
      let logits = try model.evaluate(fed, cache: &cache).toArray()
      let best = Int32(try #require(logits.indices.max { logits[$0] < logits[$1] }))
      tokens.append(best)
      fed = [best]
    }
    #expect(found.map(\.tokens) == [tokens])
  }

  @Test("no beam at all is refused")
  func noBeam() throws {
    let model = try BeamSearchGoldenTests.model()
    let error = #expect(throws: GenerationError.self) {
      _ = try BeamSearch(beams: 0, maximumTokens: 6).run([3], on: model)
    }
    #expect(error?.code == .invalidOption)
  }

  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static let other = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"].map { URL(fileURLWithPath: $0) }

  private static var file: String {
    (other ?? tests.appendingPathComponent("InkInferenceTests/Fixtures"))
      .appendingPathComponent("sampling/beam_search.json").path
  }

  private static func model() throws -> LanguageModel {
    let models =
      other?.appendingPathComponent("models") ?? tests.appendingPathComponent("InkModelsTests/Fixtures/models")
    let json = tests.appendingPathComponent("InkTokenizersTests/Fixtures/tokenizers/byte_level_bpe_gpt2/tokenizer.json")
    let cpu = CPU(threads: 2)
    return LanguageModel(
      name: "llama",
      decoder: try DecoderLM.load(ModelFolder.open(models.appendingPathComponent("llama").path), cpu: cpu),
      tokenizer: try Tokenizer(tokenizerJSON: [UInt8](try Data(contentsOf: json))), template: nil, endTokens: [],
      contextLength: 64, cpu: cpu)
  }

  private static func search(_ node: JSONNode, maximum: Int) throws -> BeamSearch {
    var search = BeamSearch(
      beams: try node["num_beams"].int, lengthPenalty: Float(try node["length_penalty"].ifPresent?.double ?? 1),
      maximumTokens: maximum)
    if let stopping = node["early_stopping"].ifPresent {
      if case .string? = stopping.value {
        search.stopping = .exhaustive
      } else {
        search.stopping = try stopping.bool ? .firstComplete : .heuristic
      }
    }
    if let penalty = node["repetition_penalty"].ifPresent {
      search.chain.append(.repetitionPenalty(Float(try penalty.double), .everything))
    }
    if let size = node["no_repeat_ngram_size"].ifPresent { search.chain.append(.noRepeatedRun(size: try size.int)) }
    return search
  }
}
