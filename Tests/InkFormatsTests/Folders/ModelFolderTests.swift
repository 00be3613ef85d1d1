import Foundation
import InkFormats
import InkTensor
import Testing

@Suite("Model folders")
struct ModelFolderTests {
  private func folder(weights: Bool = true) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(#"{"model_type": "llama", "hidden_size": 64}"#, to: "config.json")
    if weights {
      try SafetensorsWriter().write(
        [StoredTensor(name: "w", Tensor([1, 2], shape: [2]))], to: folder.path("model.safetensors"))
    }
    return folder
  }

  private func error(_ folder: TemporaryFolder) -> FormatError? {
    formatError { () throws(FormatError) in try ModelFolder.open(folder.path) }
  }

  @Test("configuration, tokenizer files and weights are found")
  func complete() throws {
    let folder = try folder()
    try folder.write(#"{"eos_token_id": [1, 2]}"#, to: "generation_config.json")
    try folder.write("{}", to: "tokenizer.json")
    try folder.write("a b", to: "merges.txt")
    let model = try ModelFolder.open(folder.path)
    #expect(try model.config["model_type"].string == "llama")
    #expect(try model.generationConfig?["eos_token_id"].array.count == 2)
    #expect(model.tokenizerConfig == nil && model.chatTemplates.isEmpty)
    #expect(model.tokenizerFiles.map(\.kind) == [.tokenizerJSON, .merges])
    #expect(model.tokenizerFile(.tokenizerJSON) == folder.path("tokenizer.json"))
    #expect(try model.weights.open().tensor("w").toArray() == [1, 2])
  }

  @Test("a chat template is taken from its own file, from a string or from a list of named ones")
  func templates() throws {
    let single = try folder()
    try single.write(#"{"chat_template": "from config"}"#, to: "tokenizer_config.json")
    #expect(try ModelFolder.open(single.path).chatTemplates == [StoredTemplate(source: "from config")])
    try single.write("from file\n", to: "chat_template.jinja")
    #expect(try ModelFolder.open(single.path).chatTemplates == [StoredTemplate(source: "from file\n")])
    let several = try folder()
    try several.write(
      #"{"chat_template": [{"name": "rag", "template": "r"}, {"name": "default", "template": "d"}]}"#,
      to: "tokenizer_config.json")
    let templates = try ModelFolder.open(several.path).chatTemplates
    #expect(templates.map(\.name) == ["default", "rag"] && templates.map(\.source) == ["d", "r"])
    try several.write(#"{"chat_template": 3}"#, to: "tokenizer_config.json")
    #expect(error(several)?.code == .typeMismatch)
  }

  @Test("a folder without configuration or weights is refused, naming what is there")
  func incomplete() throws {
    let empty = try TemporaryFolder()
    #expect(error(empty)?.code == .missing)
    let bare = try folder(weights: false)
    let found = try #require(error(bare))
    #expect(found.code == .missing && found.found.contains("config.json"))
    try bare.write("x", to: "consolidated.00.pth")
    let original = try #require(error(bare))
    #expect(original.code == .unsupported && original.found.contains("LLaMA") && !original.hint.isEmpty)
    #expect(formatError { () throws(FormatError) in try ModelFolder.open(bare.path + "/absent") }?.code == .cannotOpen)
    try bare.write("{", to: "config.json")
    #expect(error(bare)?.code == .malformed)
  }

  @Test("sharded weights and GGUF weights are told apart")
  func kinds() throws {
    let sharded = try folder(weights: false)
    let tensors = (0..<3).map { StoredTensor(name: "t\($0)", Tensor([1, 2], shape: [2])) }
    try SafetensorsWriter(sharding: .limit(8)).write(tensors, intoFolder: sharded.path)
    let weights = try ModelFolder.open(sharded.path).weights
    #expect(weights == .shardedSafetensors(index: sharded.path("model.safetensors.index.json")))
    #expect(try weights.open().tensorNames.count == 3)
    let pickled = try folder(weights: false)
    try pickled.write(try GoldenData.bytes(GoldenData.path("formats/pytorch_model.bin")), to: "pytorch_model.bin")
    let single = try ModelFolder.open(pickled.path).weights
    #expect(single == .pyTorch(pickled.path("pytorch_model.bin")))
    #expect(try single.open().tensorNames.contains("transposed"))
    let gguf = try folder(weights: false)
    try GGUFWriter(metadata: GGUFMetadata()).write(tensors, to: gguf.path("model.gguf"))
    #expect(try ModelFolder.open(gguf.path).weights == .gguf(gguf.path("model.gguf")))
    try GGUFWriter(metadata: GGUFMetadata()).write(tensors, to: gguf.path("other.gguf"))
    #expect(error(gguf)?.code == .duplicate)
  }
}
