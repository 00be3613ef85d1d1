import Foundation
import InkFormats
import InkInference
import InkModels
import InkTensor
import InkTokenizers
import Testing

@Suite("Loading language models")
struct LanguageModelLoadingTests {
  @Test("a whole GGUF model brings its tokenizer, its template and the tokens that end an answer")
  func whole() throws {
    let small = try SmallModel()
    let model = try load(small)
    #expect(model.name == "small")
    #expect(model.contextLength == 512)
    #expect(model.template != nil)
    #expect(model.endTokens.contains(try small.id("<|im_end|>")))
    #expect(model.tokenizer.encode("hello user") == [try small.id("hello"), try small.id("Ġ"), try small.id("user")])
    var cache = model.makeCache()
    #expect(try model.evaluate([1, 2, 3], cache: &cache).shape == [1, small.pieces.count])
  }

  @Test("a tokenizer larger than the embedding is refused with both sizes")
  func largerTokenizer() throws {
    var small = try SmallModel()
    let embedding = try #require(small.tensors.firstIndex { $0.name == "token_embd.weight" })
    small.tensors[embedding] = try small.tensors[embedding].rows(0..<small.pieces.count - 1)
    let error = try failure(small)
    #expect(error.code == .shapeMismatch)
    #expect(error.context.contains("tokenizer"))
    #expect(error.expected.contains("\(small.pieces.count - 1)"))
    #expect(error.found == "\(small.pieces.count)")
  }

  @Test(
    "a tokenizer that cannot be read is refused by key",
    arguments: [
      ("tokenizer.ggml.model", GGUFValue.string("magic"), "tokenizer.ggml.model"),
      ("tokenizer.ggml.model", nil, "tokenizer.ggml.model"),
      ("tokenizer.ggml.model", .uint32(3), "tokenizer.ggml.model"),
      ("tokenizer.ggml.pre", .string("unheard-of"), "tokenizer.ggml.pre"),
      ("tokenizer.ggml.tokens", nil, "tokenizer.ggml.tokens"),
      ("tokenizer.ggml.tokens", .array(.int32([1])), "tokenizer.ggml.tokens"),
      ("tokenizer.ggml.merges", .array(.strings(GGUFStringArray(["nospace"]))), "tokenizer.ggml.merges"),
      ("tokenizer.ggml.token_type", .array(.int32([1, 2])), "tokenizer.ggml.token_type"),
      ("tokenizer.ggml.scores", .array(.float32([1])), "tokenizer.ggml.scores"),
      ("tokenizer.ggml.eos_token_id", .uint32(100_000), "tokenizer.ggml.eos_token_id"),
      ("tokenizer.ggml.eos_token_id", .string("end"), "tokenizer.ggml.eos_token_id"),
      ("tokenizer.ggml.add_bos_token", .uint8(1), "tokenizer.ggml.add_bos_token"),
      ("tokenizer.chat_template", .string("{% for %}"), "chat template"),
      ("tokenizer.chat_template", .uint32(1), "tokenizer.chat_template"),
    ] as [(String, GGUFValue?, String)])
  func damagedTokenizer(key: String, value: GGUFValue?, named: String) throws {
    var small = try SmallModel()
    small.metadata[key] = value
    let error = try failure(small)
    #expect(error.description.contains(named), "\(error)")
    #expect(error.code == .file || error.code == .unsupported, "\(error)")
  }

  @Test("a file that is not there, empty or of another kind is refused by path")
  func noFile() throws {
    let folder = try TemporaryFolder()
    for (name, content) in [("absent.gguf", nil), ("empty.gguf", ""), ("text.gguf", "GGUX is no model")]
      as [(String, String?)]
    {
      let path = folder.file(name)
      if let content { try Data(content.utf8).write(to: URL(fileURLWithPath: path)) }
      let error = try #require(throws: ModelLoadError.self) {
        try LanguageModel.load(gguf: path, name: "none", cpu: CPU(threads: 1))
      }
      #expect(error.code == (content == nil ? .cannotOpen : .file))
      #expect(error.context.contains(name))
    }
  }

  @Test("folders without configuration, weights or tokenizer are refused, naming what is missing")
  func folders() throws {
    let folder = try TemporaryFolder()
    func failure() throws -> ModelLoadError {
      try #require(throws: ModelLoadError.self) {
        try LanguageModel.load(folder: folder.path, name: "tiny", cpu: CPU(threads: 1))
      }
    }
    let noConfig = try failure()
    #expect(noConfig.code == .file)
    #expect(noConfig.context.contains("config.json"))
    try copy("config.json", to: folder)
    let noWeights = try failure()
    #expect(noWeights.code == .file)
    #expect(noWeights.description.contains("safetensors"), "\(noWeights)")
    try copy("model.safetensors", to: folder)
    let noTokenizer = try failure()
    #expect(noTokenizer.expected.contains("tokenizer.json"))
    #expect(noTokenizer.context.contains(folder.path))
    try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.file("tokenizer.json")))
    #expect(try failure().context.contains("tokenizer.json"))
  }

  @Test("the generation configuration says which tokens end an answer; what is no number is refused")
  func endTokens() throws {
    let folder = try TemporaryFolder()
    try copy("config.json", to: folder)
    try copy("model.safetensors", to: folder)
    try Data(LanguageModelLoadingTests.tokenizerJSON.utf8).write(
      to: URL(fileURLWithPath: folder.file("tokenizer.json")))
    func load(_ generation: String) throws -> LanguageModel {
      try Data(generation.utf8).write(to: URL(fileURLWithPath: folder.file("generation_config.json")))
      return try LanguageModel.load(folder: folder.path, name: "tiny", cpu: CPU(threads: 1))
    }
    #expect(try load(#"{"eos_token_id": 1}"#).endTokens.isSuperset(of: [1]))
    #expect(try load(#"{"eos_token_id": [0, 1]}"#).endTokens.isSuperset(of: [0, 1]))
    #expect(try load("{}").endTokens.isSuperset(of: [2]))
    let error = try #require(throws: ModelLoadError.self) { try load(#"{"eos_token_id": "end"}"#) }
    #expect(error.context.contains("eos_token_id"))
    #expect(throws: ModelLoadError.self) { try load(#"{"eos_token_id": [1, null]}"#) }
    #expect(throws: ModelLoadError.self) { try load("[") }
  }

  private static let tokenizerJSON = #"""
    {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null, "post_processor": null,
     "decoder": null, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
    """#

  private func copy(_ name: String, to folder: TemporaryFolder) throws {
    let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("InkModelsTests/Fixtures/models/llama/\(name)")
    try FileManager.default.copyItem(atPath: source.path, toPath: folder.file(name))
  }

  private func load(_ small: SmallModel) throws -> LanguageModel {
    let folder = try TemporaryFolder()
    return try LanguageModel.load(gguf: small.write(to: folder.file("small.gguf")), name: "small", cpu: CPU(threads: 1))
  }

  private func failure(_ small: SmallModel) throws -> ModelLoadError {
    try #require(throws: ModelLoadError.self) { try load(small) }
  }
}
