import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers

/// Models for tests: tiny ones with random weights that are always there, and SmolLM2 when it has been fetched.
enum TestModels {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Folders of tiny decoders, one of each kind of attention, position, wiring and feed-forward part.
  static let tiny = [
    "llama", "mistral", "gemma2", "gemma3_text", "gpt2", "qwen3", "baichuan_13b", "chatglm_6b", "llama_rope_dynamic",
    "phi3_longrope", "falcon_40b_style", "olmo2", "mixtral", "qwen2_moe", "deepseek_v2", "deepseek_v3",
  ]

  /// A tiny decoder with a tokenizer of about its size; `context` overrides the trained length, which rotary positions
  /// and windows do not mind.
  static func tiny(
    _ name: String, context: Int = 4096, threads: Int = 2, set: InstructionSet? = nil,
    cacheFormat: LoadingOptions.CacheFormat = .automatic
  ) throws -> LanguageModel {
    let cpu = CPU(threads: threads, instructionSet: set)
    let folder = try ModelFolder.open(tests.appendingPathComponent("InkModelsTests/Fixtures/models/\(name)").path)
    let json = tests.appendingPathComponent("InkTokenizersTests/Fixtures/tokenizers/byte_level_bpe_gpt2/tokenizer.json")
    return LanguageModel(
      name: name, decoder: try DecoderLM.load(folder, options: LoadingOptions(cacheFormat: cacheFormat), cpu: cpu),
      tokenizer: try Tokenizer(tokenizerJSON: [UInt8](try Data(contentsOf: json))), template: nil, endTokens: [],
      contextLength: context, cpu: cpu)
  }

  /// The path of SmolLM2: `INKSTONE_TEST_MODEL`, or where `inkstone pull smollm2-135m` puts it; nil when not fetched.
  static let smolLM2 = fetched(
    "INKSTONE_TEST_MODEL", "models/smollm2-135m/SmolLM2-135M-Instruct.Q4_1.gguf")

  /// The path of Gemma 3 270M: `INKSTONE_TEST_GEMMA`, or where `inkstone pull gemma3-270m` puts it; nil when not fetched.
  static let gemma3 = fetched("INKSTONE_TEST_GEMMA", "models/gemma3-270m/gemma-3-270m-q4_k_m.gguf")

  /// The folder of all-MiniLM-L6-v2: `INKSTONE_TEST_MINILM`, or a folder of that name among the pulled models; nil when
  /// there is none.
  static let miniLM = fetched("INKSTONE_TEST_MINILM", "models/all-minilm-l6-v2")

  private static func fetched(_ variable: String, _ place: String) -> String? {
    let environment = ProcessInfo.processInfo.environment
    let home = environment["HOME"] ?? "/root"
    let cache = environment["INKSTONE_CACHE"] ?? (environment["XDG_CACHE_HOME"] ?? "\(home)/.cache") + "/inkstone"
    let places = [environment[variable], "\(cache)/\(place)"]
    return places.compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0) }
  }
}
