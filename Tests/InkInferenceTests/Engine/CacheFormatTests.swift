import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

/// What a rounded cache does to the probabilities of a model.
@Suite("Formats of the cache")
struct CacheFormatTests {
  /// The logits of all positions, one array each.
  private static func logits(_ tokens: [Int32], _ model: LanguageModel) throws -> [[Float]] {
    var cache = model.makeCache()
    let logits = try model.evaluate(tokens, cache: &cache, rows: .from(0)).toArray()
    let width = model.decoder.spec.vocabulary
    return stride(from: 0, to: logits.count, by: width).map { Array(logits[$0..<$0 + width]) }
  }

  /// The mean of minus the logarithm of each next token's probability.
  private static func loss(_ tokens: [Int32], _ logits: [[Float]]) -> Double {
    let losses = zip(tokens.dropFirst(), logits).map { token, row in
      let largest = Double(row.max() ?? 0)
      let sum = row.reduce(0) { $0 + exp(Double($1) - largest) }
      return log(sum) + largest - Double(row[Int(token)])
    }
    return losses.reduce(0, +) / Double(losses.count)
  }

  private static func mostProbable(_ logits: [Float]) -> Int? { logits.indices.max { logits[$0] < logits[$1] } }

  /// The share of positions at which both models find the same token most probable.
  private static func agreement(_ a: [[Float]], _ b: [[Float]]) -> Double {
    Double(zip(a, b).count { mostProbable($0) == mostProbable($1) }) / Double(a.count)
  }

  @Test(
    "a rounded cache hardly changes what is probable",
    arguments: ["llama", "gemma2", "qwen3", "olmo2", "deepseek_v2", "deepseek_v3"])
  func tiny(name: String) throws {
    let exact = try TestModels.tiny(name, cacheFormat: .f32)
    let tokens = (0..<200).map { Int32(($0 * 37 + $0 / 5) % exact.decoder.spec.vocabulary) }
    let expected = try CacheFormatTests.logits(tokens, exact)
    for (format, loss, share) in [(LoadingOptions.CacheFormat.f16, 1e-3, 0.99), (.q8, 0.01, 0.95)] {
      let found = try CacheFormatTests.logits(tokens, try TestModels.tiny(name, cacheFormat: format))
      let difference = CacheFormatTests.loss(tokens, found) - CacheFormatTests.loss(tokens, expected)
      #expect(abs(difference) <= loss, "\(format)")
      #expect(CacheFormatTests.agreement(found, expected) >= share, "\(format)")
    }
  }

  @Test(
    "SmolLM2 with a rounded cache is as good as with an exact one",
    .enabled(if: TestModels.smolLM2 != nil, "SmolLM2 is not fetched: inkstone pull smollm2-135m"))
  func smolLM2() throws {
    let path = try #require(TestModels.smolLM2)
    func load(_ format: LoadingOptions.CacheFormat) throws -> LanguageModel {
      try LanguageModel.load(
        gguf: path, name: "smollm2", options: LoadingOptions(cacheFormat: format), cpu: CPU(threads: 2))
    }
    let exact = try load(.f32)
    let text =
      "The river rises in the mountains, runs through three towns and a forest, and meets the sea at a harbour "
      + "where, every spring, the boats are painted blue. 河水从山里流出，经过三座城镇。 let total = prices.reduce(0, +)\n"
    let tokens = exact.tokenizer.encode(String(repeating: text, count: 3))
    let expected = try CacheFormatTests.logits(tokens, exact)
    // A small change of a cached number moves some activation to the next of its own 8-bit steps, whatever the format.
    for (format, loss, share) in [(LoadingOptions.CacheFormat.f16, 0.005, 0.96), (.q8, 0.01, 0.96)] {
      let found = try CacheFormatTests.logits(tokens, try load(format))
      let difference = CacheFormatTests.loss(tokens, found) - CacheFormatTests.loss(tokens, expected)
      #expect(abs(difference) <= loss, "\(format)")
      #expect(CacheFormatTests.agreement(found, expected) >= share, "\(format)")
    }
  }
}
