import InkInference
import InkModels
import Testing

extension SameBitsTests {
  /// Grouped queries and one key head a query head, windows, slopes, positions in two dimensions, experts, latent
  /// attention.
  static let cached = [
    "llama", "gemma2", "gpt2", "baichuan_13b", "chatglm_6b", "qwen2_moe", "deepseek_v2", "deepseek_v3",
  ]

  @Test(
    "with a rounded cache too, threads, chunks, a reused prefix and the instruction set do not change a bit",
    arguments: cached, [LoadingOptions.CacheFormat.f16, .q8])
  func rounded(name: String, format: LoadingOptions.CacheFormat) throws { try checkParts(name, format) }

  @Test(
    "with a rounded cache too, a sequence has the same bits alone and beside seven others",
    arguments: cached, [LoadingOptions.CacheFormat.f16, .q8])
  func roundedBatch(name: String, format: LoadingOptions.CacheFormat) throws { try checkBatch(name, format) }

  @Test("each format has bits of its own, and automatic is that of the weights", arguments: cached)
  func formats(name: String) throws {
    let bits = try LoadingOptions.CacheFormat.allCases.map { format in
      let model = try TestModels.tiny(name, cacheFormat: format)
      return try all(prompt(50, seed: 1, blank: 30, for: model), model, chunk: 64)
    }
    // The weights of the fixtures are f32.
    #expect(bits[0] == bits[1])
    #expect(Set(bits).count == 3)
  }
}
