import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Golden: conversion between folders and GGUF")
struct GoldenConversionTests {
  /// Whether GGUF has no words for a setting of the model, although it knows its family.
  static func isWithoutWords(_ model: GoldenModel) -> Bool {
    guard let folder = try? ModelFolder.open(model.path()), let modelType = model.modelType,
      let spec = try? FamilyRegistry.family(modelType: modelType).spec(ModelConfiguration(folder.config))
    else { return false }
    if case .blankFilling = spec.arrangement { return true }
    guard case .grouped(let attention)? = spec.layers.first?.mixer else { return false }
    switch (modelType, attention.position) {
    case ("falcon", .alibi): return true
    case ("baichuan", .alibi): return spec.layers.count != 40
    // Residuals that are taken behind the norm.
    case ("bloom", _): return spec.layers.first?.wiring != .pre
    // Scores of another scale than the heads' width gives.
    case ("gemma2", _), ("gemma3_text", _), ("mpt", _):
      return attention.scale != 1 / Float(attention.headWidth).squareRoot()
    default: return false
    }
  }

  static let withoutWords = exchangeable.filter { isWithoutWords($0) }

  /// Those that do not come back as they were: files of the family become checkpoints of another one, or weights with
  /// scales beside them become the numbers that they stand for.
  static func isWrittenAsAnother(_ model: GoldenModel) -> Bool {
    ["gptj", "codegen", "moss"].contains(model.modelType ?? "") || isScaled(model)
  }

  static func isScaled(_ model: GoldenModel) -> Bool {
    (try? ModelFolder.open(model.path()).config)?["quantization_config"].ifPresent != nil
  }

  /// Folders whose reference is longer than the context, where a base that grows begins to matter.
  static let beyondContext = ["llama_rope_dynamic"]

  /// Folders of the families that have an exchange.
  static let exchangeable = GoldenModel.decoders.filter { model in
    guard let modelType = model.modelType, let family = try? FamilyRegistry.family(modelType: modelType) else {
      return false
    }
    return family is any GGUFExchange.Type
  }

  static let models = exchangeable.filter { !isWithoutWords($0) && !beyondContext.contains($0.name) }

  private func firstRow(
    _ decoder: DecoderLM, _ model: GoldenModel, _ cpu: CPU
  ) throws -> (found: [Float], wanted: [Float]) {
    let expected = try model.expected()
    let ids = try expected.tensor("input_ids")[0].toIntegers().map { Int32($0) }
    return (decoder.logits(ofSequence: ids, cpu: cpu).toArray(), try expected.tensor("logits")[0].toArray())
  }

  @Test("a checkpoint written as GGUF gives the reference logits", arguments: models)
  func export(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.gguf")
    let report = try ModelConversion(type: .format(.f32)).convert(model.path(), to: path)
    #expect(report.files == [path] && report.tensors > 0 && report.types.keys.sorted() == ["F32"])
    let cpu = CPU(threads: 2)
    let (found, wanted) = try firstRow(DecoderLM.load(GGUFModel.open(path), cpu: cpu), model, cpu)
    expectClose(found, wanted, "\(model.name) from GGUF")
  }

  @Test(
    "names, metadata and numbers are those of an independent conversion",
    arguments: models.filter { GGUFConversion.knows($0) && !isWrittenAsAnother($0) })
  func independent(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f32)).convert(model.path(), to: folder.file("ours.gguf"))
    let ours = try GGUFModel.open(folder.file("ours.gguf"))
    let other = try GGUFModel.open(try GGUFConversion(model).write(to: folder.file("other.gguf")))
    #expect(Set(ours.tensorNames) == Set(other.tensorNames))
    for name in other.tensorNames {
      let (found, wanted) = (try ours.stored(name), try other.stored(name))
      #expect(found.info == wanted.info)
      // Rows that were brought to length one, and divisors, are computed in one precision or another.
      if name == "rope_freqs.weight" || model.name == "baichuan2_7b" && name == "output.weight" {
        expectClose(try found.float32().toArray(), try wanted.float32().toArray(), name)
      } else {
        #expect(try found.float32().toArray() == (try wanted.float32().toArray()), "\(name)")
      }
    }
    // llama.cpp's converter counts the positions that the configuration states, and not those that YaRN adds.
    for key in other.metadata.keys where !key.hasSuffix(".context_length") || !model.name.hasSuffix("yarn") {
      #expect(ours.metadata[key] == other.metadata[key], "\(key)")
    }
  }

  @Test("and back again it is the checkpoint, bit for bit", arguments: models.filter { !isWrittenAsAnother($0) })
  func roundTrip(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f32)).convert(model.path(), to: folder.file("model.gguf"))
    try expectCheckpoint(of: model, from: folder)
  }

  @Test(
    "a file of an independent conversion, with no more metadata than it has, becomes the checkpoint",
    arguments: models.filter { GGUFConversion.knows($0) })
  func foreign(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    try GGUFConversion(model).write(to: folder.file("model.gguf"))
    try expectCheckpoint(of: model, from: folder)
  }

  /// Converts `model.gguf` of the folder and compares with the original.
  private func expectCheckpoint(of model: GoldenModel, from folder: TemporaryFolder) throws {
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let again = try ModelFolder.open(folder.file("again"))
    let (found, wanted) = (try again.weights.open(), try ModelFolder.open(model.path()).weights.open())
    #expect(Set(found.tensorNames) == Set(wanted.tensorNames))
    for name in found.tensorNames {
      #expect(try found.stored(name).info.shape == wanted.stored(name).info.shape, "\(name)")
      let original = try wanted.stored(name).float32().toArray()
      let restored = try found.stored(name).float32().toArray()
      // The rows of the head have come to the length with which they are used.
      if model.name == "baichuan2_7b", name == "lm_head.weight" { continue }
      // Norm weights of Gemma have one added and taken away again.
      if model.name == "gemma", name.hasSuffix("norm.weight") {
        expectClose(restored, original, name)
      } else {
        #expect(restored == original, "\(name)")
      }
    }
    let cpu = CPU(threads: 2)
    let (logits, reference) = try firstRow(DecoderLM.load(again, cpu: cpu), model, cpu)
    expectClose(logits, reference, "\(model.name) from the folder")
    #expect(try ChecksumList.open(again.path).check(again.path).isClean)
  }

  @Test(
    "a base that grows beyond the context is left out of a file, which is said; up to there nothing changes",
    arguments: exchangeable.filter { beyondContext.contains($0.name) })
  func growingBase(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("model.gguf")
    let report = try ModelConversion(type: .format(.f32)).convert(model.path(), to: path)
    #expect(report.remarks.contains { $0.contains("dynamic NTK") })
    let cpu = CPU(threads: 2)
    let whole = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let file = try DecoderLM.load(GGUFModel.open(path), cpu: cpu)
    #expect(file.spec.contextLength < whole.spec.contextLength)
    let ids = (0..<file.spec.contextLength).map { Int32(3 + $0 % 20) }
    expectClose(
      file.logits(ofSequence: ids, cpu: cpu).toArray(), whole.logits(ofSequence: ids, cpu: cpu).toArray(), model.name)
  }

  @Test(
    "settings that GGUF has no words for are refused, and no file is left",
    arguments: withoutWords)
  func refusal(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let error = try #require(throws: ModelLoadError.self) {
      _ = try ModelConversion().convert(model.path(), to: folder.file("model.gguf"))
    }
    #expect(error.code == .unsupported)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test(
    "another type, shards and another layout of files change no more than rounding",
    arguments: models.filter { !isScaled($0) })
  func rewriting(model: GoldenModel) throws {
    let folder = try TemporaryFolder()
    let conversion = ModelConversion(type: .format(.bf16), sharding: .limit(20_000))
    let report = try conversion.convert(model.path(), to: folder.file("bf16"))
    #expect(report.types.keys.sorted() == ["BF16"])
    let half = try ModelFolder.open(folder.file("bf16"))
    #expect(try half.config["torch_dtype"].ifPresent?.string ?? half.config["dtype"].string == "bfloat16")
    let (found, wanted) = (try half.weights.open(), try ModelFolder.open(model.path()).weights.open())
    #expect(Set(found.tensorNames) == Set(wanted.tensorNames))
    for name in wanted.tensorNames {
      let bytes = NarrowFloat.bf16.encode(try wanted.stored(name).float32().toArray())
      #expect(try found.stored(name).float32().toArray() == NarrowFloat.bf16.decode(bytes), "\(name)")
    }
    _ = try ModelConversion().convert(folder.file("bf16"), to: folder.file("merged"))
    let merged = try ModelFolder.open(folder.file("merged"))
    #expect(merged.weights == .safetensors(merged.path + "/model.safetensors"))
    #expect(try merged.weights.open().tensorNames.count == wanted.tensorNames.count)
  }
}

@Suite("Conversion")
struct ConversionTests {
  private func error(_ body: () throws(ModelLoadError) -> ConversionReport) -> ModelLoadError? {
    do {
      _ = try body()
      return nil
    } catch { return error }
  }

  /// A model of the fixtures with another member in its configuration.
  private func model(_ name: String, _ key: String, _ value: JSONTree, in folder: TemporaryFolder) throws -> String {
    let original = GoldenModel.fixture(name)
    try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    try folder.copy(original.path("model.safetensors"), to: "model/model.safetensors")
    let text = try String(contentsOfFile: original.path("config.json"), encoding: .utf8)
    let brace = try #require(text.firstIndex(of: "{"))
    let rest = text[text.index(after: brace)...]
    let shown: String =
      switch value {
      case .number(let number): number
      case .string(let string): "\"\(string)\""
      default: "null"
      }
    let kept = rest.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.contains("\"\(key)\"") }
    try folder.write("{\"\(key)\": \(shown),\n" + kept.joined(separator: "\n"), to: "model/config.json")
    return folder.file("model")
  }

  @Test("a Gemma whose scores have the usual scale goes through GGUF", arguments: ["gemma2", "gemma3_text"])
  func gemma(name: String) throws {
    let folder = try TemporaryFolder()
    let config = try JSONDocument.open(GoldenModel.fixture(name).path("config.json")).root
    let path = try model(name, "query_pre_attn_scalar", .number(String(try config["head_dim"].int)), in: folder)
    _ = try ModelConversion(type: .format(.f32)).convert(path, to: folder.file("model.gguf"))
    _ = try ModelConversion().convert(folder.file("model.gguf"), to: folder.file("again"))
    let cpu = CPU(threads: 2)
    let ids: [Int32] = [1, 7, 3, 9, 4, 11, 2, 5, 8]
    let first = try DecoderLM.load(ModelFolder.open(path), cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray()
    let second = try DecoderLM.load(GGUFModel.open(folder.file("model.gguf")), cpu: cpu)
      .logits(ofSequence: ids, cpu: cpu).toArray()
    let third = try DecoderLM.load(ModelFolder.open(folder.file("again")), cpu: cpu)
      .logits(ofSequence: ids, cpu: cpu).toArray()
    expectClose(second, first, "\(name) from GGUF")
    expectClose(third, first, "\(name) from the folder")
  }

  @Test("a setting that GGUF has no words for is refused, and no file is left")
  func refused() throws {
    let folder = try TemporaryFolder()
    let gemma = GoldenModel.fixture("gemma3_text")
    let refusal = try #require(
      error { () throws(ModelLoadError) in
        try ModelConversion().convert(gemma.path(), to: folder.file("model.gguf"))
      })
    #expect(refusal.code == .unsupported && refusal.expected.contains("dot products are multiplied with of layer 0"))
    let unknown = error { () throws(ModelLoadError) in
      try ModelConversion().convert(GoldenModel.fixture("opt").path(), to: folder.file("model.gguf"))
    }
    #expect(unknown?.code == .unsupported && unknown?.expected.contains("llama") == true)
    let packed = error { () throws(ModelLoadError) in
      try ModelConversion(type: .format(.q8_0)).convert(GoldenModel.fixture("llama").path(), to: folder.file("q8"))
    }
    #expect(packed?.code == .unsupported && packed?.hint.contains(".gguf") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("rows that are no whole blocks become f16 and are listed; vectors stay f32")
  func types() throws {
    let folder = try TemporaryFolder()
    let report = try ModelConversion(type: .format(.q4_0)).convert(
      GoldenModel.fixture("llama").path(), to: folder.file("model.gguf"))
    let file = try GGUFModel.open(folder.file("model.gguf"))
    for name in file.tensorNames {
      let info = try #require(file.info(name))
      if info.shape.rank < 2 {
        #expect(info.type == .dense(.f32))
      } else if info.shape[-1] % 32 != 0 {
        #expect(info.type == .dense(.f16) && report.widened.contains(.init(name: name, type: "F16")))
      } else {
        // Rows of the output are no multiple of 256, so it has the type that takes the place of Q6_K.
        #expect(info.type == .packed(name == "output.weight" ? .q8_0 : .q4_0), "\(name)")
      }
    }
    #expect(try file.metadata.int(for: "general.file_type") == 2)
  }

  @Test("a checkpoint with scaled 8-bit weights is decoded when it gets another type, and kept when it does not")
  func scaled() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("model"), withIntermediateDirectories: true)
    let weight = Storage.copying(NarrowFloat.f8e4m3.encode([1, -2, 0.5, 4, 8, -0.25]))
    let tensors = [
      try StoredTensor(name: "a.weight", type: .dense(.f8e4m3), shape: [2, 3], storage: weight, byteRange: 0..<6),
      StoredTensor(name: "a.weight_scale_inv", Tensor([0.5, 2, 3, 0.25], shape: [2, 2])),
      StoredTensor(name: "norm.weight", Tensor([1, 2], shape: [2])),
    ]
    try SafetensorsWriter().write(tensors, intoFolder: folder.file("model"))
    try folder.write(
      """
      {"model_type": "llama", "quantization_config": {"quant_method": "fp8", "weight_block_size": [1, 2]}}
      """, to: "model/config.json")
    _ = try ModelConversion(type: .format(.f32)).convert(folder.file("model"), to: folder.file("f32"))
    let decoded = try ModelFolder.open(folder.file("f32"))
    let values = try decoded.weights.open().stored("a.weight").float32().toArray()
    #expect(values == [0.5, -1, 1, 12, 24, -0.0625])
    #expect(try decoded.weights.open().tensorNames.count == 2 && decoded.config["quantization_config"].ifPresent == nil)
    _ = try ModelConversion().convert(folder.file("model"), to: folder.file("copy"))
    let copy = try ModelFolder.open(folder.file("copy"))
    #expect(try copy.weights.open().tensorNames.count == 3 && copy.config["quantization_config"].ifPresent != nil)
  }
}
