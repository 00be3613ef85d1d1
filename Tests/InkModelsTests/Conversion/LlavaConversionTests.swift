import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Conversion of models that read pictures")
struct LlavaConversionTests {
  private static let preprocessing =
    #"{"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 8}, "crop_size": 8, "image_mean": 0.25}"#

  /// The fixture with a preprocessing, and changes of its configuration.
  private func source(
    _ folder: TemporaryFolder, _ changes: [(String, String)] = []
  ) throws -> String {
    let original = GoldenModel.fixture("llava")
    try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    try folder.copy(original.path("model.safetensors"), to: "model/model.safetensors")
    var config = try String(contentsOfFile: original.path("config.json"), encoding: .utf8)
    for (old, new) in changes {
      #expect(config.contains(old))
      config = config.replacingOccurrences(of: old, with: new)
    }
    try folder.write(config, to: "model/config.json")
    try folder.write(Self.preprocessing, to: "model/preprocessor_config.json")
    return folder.file("model")
  }

  private func rows(_ model: VisionLanguageModel, _ cpu: CPU) throws -> [Float] {
    let pixels = try GoldenModel.fixture("llava").expected().tensor("pixel_values")
    return model.rows(of: (0..<pixels.shape[0]).map { pixels[$0] }, on: cpu).toArray()
  }

  @Test("two files give the folder's rows of pictures, logits and preprocessing")
  func pair() throws {
    let folder = try TemporaryFolder()
    let path = try source(folder)
    let report = try ModelConversion(type: .format(.f32)).convert(path, to: folder.file("small.gguf"))
    #expect(report.files == [folder.file("small.gguf"), folder.file("mmproj-small.gguf")])
    let cpu = CPU(threads: 2)
    let original = try VisionLanguageModel.load(ModelFolder.open(path), cpu: cpu)
    let model = try VisionLanguageModel.load(
      GGUFModel.open(report.files[0]), projector: GGUFModel.open(report.files[1]), cpu: cpu)
    #expect(model.preprocessing == original.preprocessing && model.spec.imageToken == 85)
    #expect(model.spec.vision == original.spec.vision && model.spec.connector == original.spec.connector)
    #expect(try rows(model, cpu) == rows(original, cpu))
    expectClose(
      try rows(model, cpu),
      try GoldenModel.fixture("llava").expected().tensor("projected_image_features").toArray(), "rows")
    let ids: [Int32] = [3, 7, 11, 2, 80]
    expectClose(
      model.decoder.logits(ofSequence: ids, cpu: cpu).toArray(),
      original.decoder.logits(ofSequence: ids, cpu: cpu).toArray(), "logits")
  }

  @Test("metadata and names are llama.cpp's")
  func names() throws {
    let folder = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f16)).convert(try source(folder), to: folder.file("small.gguf"))
    let file = try GGUFModel.open(folder.file("mmproj-small.gguf"))
    #expect(try file.metadata.string(for: "general.architecture") == "clip")
    #expect(try file.metadata.string(for: "clip.projector_type") == "mlp")
    #expect(try file.metadata.bool(for: "clip.has_vision_encoder"))
    #expect(try file.metadata.bool(for: "clip.use_gelu") == false)
    let numbers = [
      "image_size": 8, "patch_size": 4, "embedding_length": 32, "feed_forward_length": 48, "block_count": 1,
      "attention.head_count": 2, "projection_dim": 32,
    ]
    for (key, number) in numbers { #expect(try file.metadata.int(for: "clip.vision.\(key)") == number, "\(key)") }
    #expect(try file.metadata.ints(for: "clip.vision.feature_layer") == [1])
    #expect(try file.metadata.floats(for: "clip.vision.image_mean") == [0.25, 0.25, 0.25])
    #expect(file.info("v.patch_embd.weight")?.type == .dense(.f32))
    #expect(file.info("v.blk.0.ffn_up.weight")?.type == .dense(.f16))
    #expect(file.info("v.blk.0.ffn_up.weight")?.shape == [48, 32])
    #expect(file.info("mm.2.bias")?.shape == [32] && file.info("v.blk.1.ln1.weight") == nil)
  }

  @Test("files of the first converter, with names exchanged and less metadata, give the same rows")
  func oldFile() throws {
    let folder = try TemporaryFolder()
    let path = try source(folder)
    _ = try ModelConversion(type: .format(.f32)).convert(path, to: folder.file("small.gguf"))
    let file = try GGUFModel.open(folder.file("mmproj-small.gguf"))
    var metadata = GGUFMetadata()
    for key in file.metadata.keys where !key.hasPrefix("inkstone.") { metadata[key] = file.metadata[key] }
    let exchanged = try file.tensorNames.map { name in
      let other =
        name.contains("ffn_up")
        ? name.replacingOccurrences(of: "ffn_up", with: "ffn_down")
        : name.replacingOccurrences(of: "ffn_down", with: "ffn_up")
      return try file.stored(name).named(other)
    }
    try GGUFWriter(metadata: metadata).write(exchanged, to: folder.file("old.gguf"))
    let text = try GGUFModel.open(folder.file("small.gguf"))
    let cpu = CPU(threads: 1)
    // Without our keys the token is looked for in the vocabulary, which this file has not.
    let missing = #expect(throws: ModelLoadError.self) {
      try VisionLanguageModel.load(text, projector: GGUFModel.open(folder.file("old.gguf")), cpu: cpu)
    }
    #expect(missing?.context.contains("small.gguf") == true || missing?.expected.contains("array") == true)
    var spoken = text.metadata
    spoken["tokenizer.ggml.tokens"] = .array(
      .strings(GGUFStringArray((0..<86).map { $0 == 85 ? "<image>" : "t\($0)" })))
    try GGUFWriter(metadata: spoken).write(
      try text.tensorNames.map { try text.stored($0) }, to: folder.file("spoken.gguf"))
    let model = try VisionLanguageModel.load(
      GGUFModel.open(folder.file("spoken.gguf")), projector: GGUFModel.open(folder.file("old.gguf")), cpu: cpu)
    #expect(model.spec.imageToken == 85)
    #expect(model.preprocessing?.padding == .square && model.preprocessing?.scaling == .exact(width: 8, height: 8))
    #expect(try rows(model, cpu) == rows(VisionLanguageModel.load(ModelFolder.open(path), cpu: cpu), cpu))
  }

  @Test(
    "what llama.cpp's files cannot say is refused, and no file is left",
    arguments: [
      [(#""projector_hidden_act": "gelu""#, #""projector_hidden_act": "relu""#)],
      [(#""vision_feature_select_strategy": "default""#, #""vision_feature_select_strategy": "full""#)],
      [(#""vision_feature_layer": -2"#, #""vision_feature_layer": 0"#)],
    ])
  func refused(changes: [(String, String)]) throws {
    let folder = try TemporaryFolder()
    let path = try source(folder, changes)
    let error = #expect(throws: ModelLoadError.self) {
      try ModelConversion().convert(path, to: folder.file("small.gguf"))
    }
    #expect(error?.code == .unsupported && error?.context.contains("mmproj") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model"])
  }

  @Test("a file of another model, and one that reads no pictures, are refused")
  func foreign() throws {
    let folder = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f32)).convert(try source(folder), to: folder.file("small.gguf"))
    _ = try ModelConversion(type: .format(.f32)).convert(
      GoldenModel.fixture("llama").path(), to: folder.file("other.gguf"))
    let cpu = CPU(threads: 1)
    let other = #expect(throws: ModelLoadError.self) {
      try VisionLanguageModel.load(
        GGUFModel.open(folder.file("other.gguf")), projector: GGUFModel.open(folder.file("mmproj-small.gguf")),
        cpu: cpu)
    }
    #expect(other?.code == .invalidConfiguration && other?.hint.contains("different models") == true)
    let none = #expect(throws: ModelLoadError.self) {
      try VisionLanguageModel.load(
        GGUFModel.open(folder.file("small.gguf")), projector: GGUFModel.open(folder.file("other.gguf")), cpu: cpu)
    }
    #expect(none?.expected == "clip")
  }
}
