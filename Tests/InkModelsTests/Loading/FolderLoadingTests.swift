import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// Folders whose parts do not belong together: a typed error that names the place, never a model that computes
/// something else.
@Suite("Loading folders")
struct FolderLoadingTests {
  private let model = GoldenModel.fixture("llama")

  @Test("each tensor that is missing is named")
  func missingTensor() throws {
    let names = try tensors().map(\.name)
    for name in names {
      let error = try failure(of: tensors().filter { $0.name != name })
      #expect(error.code == .missingTensor, "\(error)")
      #expect(error.context.contains("weight"), "\(error)")
    }
    let error = try failure(of: tensors().filter { $0.name != "model.layers.1.self_attn.k_proj.weight" })
    #expect(error.context.contains("model.safetensors"))
    #expect(error.context.contains("layers.1.mixer.key.weight"))
  }

  @Test(
    "a tensor that nothing reads is named",
    arguments: [
      ("model.layers.0.self_attn.extra.weight", "model.layers.0.self_attn.extra.weight"),
      ("model.layers.3.input_layernorm.weight", "layers.3.mixerNorm.weight"),
      ("model.layers.0.self_attn.q_proj.bias", "layers.0.mixer.query.bias"),
      ("model.layers.0.self_attn.q_norm.weight", "layers.0.mixer.queryNorm.weight"),
      ("vision_tower.patch.weight", "vision_tower.patch.weight"),
    ])
  func extraTensor(name: String, named: String) throws {
    let extra = StoredTensor(name: name, Tensor([1, 2], shape: [2]))
    let error = try failure(of: tensors() + [extra])
    #expect(error.description.contains(named), "\(error)")
    #expect(error.code == .unusedTensor || error.code == .file, "\(error)")
    #expect(!error.hint.isEmpty)
  }

  @Test("a tensor of another shape is named with both shapes")
  func wrongShape() throws {
    #expect(try tensors().count > 10)
    for (index, stored) in try tensors().enumerated() {
      var changed = try tensors()
      let shape = stored.shape
      let larger = Shape(shape.array.map { $0 + 1 })
      changed[index] = StoredTensor(
        name: stored.name, Tensor([Float](repeating: 0, count: larger.elementCount), shape: larger))
      let error = try failure(of: changed)
      #expect(error.code == .shapeMismatch, "\(error)")
      #expect(error.expected == "\(shape)" && error.found == "\(larger)", "\(error)")
    }
  }

  @Test("a vector in the place of a matrix is refused, and a matrix in that of a vector")
  func wrongRank() throws {
    for (name, shape) in [("lm_head.weight", Shape([91 * 24])), ("model.norm.weight", Shape([24, 1]))] {
      var changed = try tensors()
      let index = try #require(changed.firstIndex { $0.name == name })
      changed[index] = StoredTensor(name: name, try changed[index].tensor().reshaped(shape))
      let error = try failure(of: changed)
      #expect(error.code == .shapeMismatch, "\(error)")
      #expect(error.found == "\(shape)", "\(error)")
    }
  }

  @Test("half-precision and whole-number tensors load or are refused by name")
  func otherTypes() throws {
    for format in [BlockFormat.f16, .bf16] {
      let folder = try folder(of: tensors().map { try StoredTensor(name: $0.name, $0.tensor(), as: format) })
      let decoder = try load(folder)
      #expect(decoder.logits(ofSequence: [1, 2], cpu: CPU(threads: 1)).shape == [2, 91])
    }
  }

  @Test("a weights file cut short anywhere is refused")
  func truncated() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: model.path("model.safetensors")))
    let folder = try TemporaryFolder()
    try folder.copy(model.path("config.json"), to: "config.json")
    for length in Array(stride(from: 0, to: whole.count, by: 1_871)) + [7, 8, 9, whole.count - 1] {
      try whole.prefix(length).write(to: URL(fileURLWithPath: folder.file("model.safetensors")))
      let error = try #require(throws: ModelLoadError.self) { try load(folder) }
      #expect(error.code == .file, "\(length): \(error)")
      #expect(error.context.contains("model.safetensors"), "\(length): \(error)")
    }
  }

  @Test("damaged bytes in the header of a weights file never trap")
  func damagedHeader() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: model.path("model.safetensors")))
    let folder = try TemporaryFolder()
    try folder.copy(model.path("config.json"), to: "config.json")
    var random = RandomStream(seed: 5, name: "damaged safetensors")
    var refused = 0
    for _ in 0..<1_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<3_000, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try bytes.write(to: URL(fileURLWithPath: folder.file("model.safetensors")))
      do { _ = try load(folder) } catch let error as ModelLoadError {
        refused += 1
        #expect(!error.context.isEmpty)
      }
    }
    #expect(refused > 700)
  }

  @Test("a folder without weights, without configuration or not there is refused, naming what is missing")
  func incompleteFolders() throws {
    let empty = try TemporaryFolder()
    let noConfig = try #require(throws: FormatError.self) { try ModelFolder.open(empty.path) }
    #expect(noConfig.context.contains("config.json"))
    try empty.copy(model.path("config.json"), to: "config.json")
    let noWeights = try #require(throws: FormatError.self) { try ModelFolder.open(empty.path) }
    #expect(noWeights.code == .missing)
    #expect(noWeights.description.contains(empty.path))
    let absent = try #require(throws: FormatError.self) { try ModelFolder.open(empty.file("absent")) }
    #expect(absent.code == .cannotOpen)
  }

  @Test(
    "a configuration of another model does not load these weights",
    arguments: ["llama_tied", "llama_bias", "mistral", "qwen2", "qwen3", "gemma3_text", "gpt2"])
  func otherConfiguration(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.copy(GoldenModel.fixture(name).path("config.json"), to: "config.json")
    try folder.copy(model.path("model.safetensors"), to: "model.safetensors")
    let error = try #require(throws: ModelLoadError.self) { try load(folder) }
    #expect(error.context.contains("model.safetensors"), "\(error)")
  }

  @Test("a model without a family's name is refused")
  func noModelType() throws {
    let folder = try folder(of: tensors())
    try folder.write("{}", to: "config.json")
    let error = try #require(throws: ModelLoadError.self) { try load(folder) }
    #expect(error.context.hasSuffix("model_type"))
    try folder.write(#"{"model_type": 3}"#, to: "config.json")
    let other = try #require(throws: ModelLoadError.self) { try load(folder) }
    #expect(other.context.hasSuffix("model_type"))
    #expect(other.found == "the number 3")
  }

  private func tensors() throws -> [StoredTensor] {
    let source = try ModelFolder.open(model.path()).weights.open()
    return try source.tensorNames.map { try source.stored($0) }
  }

  private func folder(of tensors: [StoredTensor]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.copy(model.path("config.json"), to: "config.json")
    try SafetensorsWriter().write(tensors, to: folder.file("model.safetensors"))
    return folder
  }

  private func failure(of tensors: [StoredTensor]) throws -> ModelLoadError {
    let folder = try folder(of: tensors)
    return try #require(throws: ModelLoadError.self) { try load(folder) }
  }

  private func load(_ folder: TemporaryFolder) throws -> DecoderLM {
    try DecoderLM.load(ModelFolder.open(folder.path), cpu: CPU(threads: 1))
  }
}
