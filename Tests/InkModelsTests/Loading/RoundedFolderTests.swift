import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// Folders of weights that were rounded before they were saved.
@Suite("Loading rounded folders")
struct RoundedFolderTests {
  private static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/rounded/\(name)").path
  }

  @Test(
    "a model that bitsandbytes rounded computes with the weights that it decodes", arguments: ["nf4_double", "int8"])
  func logits(name: String) throws {
    let expected = try SafetensorsFile.open(Self.path(name) + "/expected.safetensors")
    let ids = try expected.tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let wanted = try expected.tensor("logits")[0].toArray()
    let cpu = CPU(threads: 2)
    let folder = try ModelFolder.open(Self.path(name))
    expectClose(try DecoderLM.load(folder, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), wanted, name)
    let trained = try DecoderCheckpoint.open(Self.path(name)).load(use: .inference, on: cpu)
    expectClose(trained.logits(ofSequence: ids, cpu: cpu).toArray(), wanted, "\(name), for training")
  }

  @Test(
    "a rounded model becomes a GGUF file and a plain folder with the same logits", arguments: ["nf4_double", "int8"])
  func conversion(name: String) throws {
    let expected = try SafetensorsFile.open(Self.path(name) + "/expected.safetensors")
    let ids = try expected.tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let wanted = try expected.tensor("logits")[0].toArray()
    let cpu = CPU(threads: 2)
    let output = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f32)).convert(Self.path(name), to: output.file("model.gguf"))
    let file = try DecoderLM.load(GGUFModel.open(output.file("model.gguf")), cpu: cpu)
    expectClose(file.logits(ofSequence: ids, cpu: cpu).toArray(), wanted, name)
    _ = try ModelConversion(type: .format(.f32)).convert(Self.path(name), to: output.file("plain"))
    let plain = try ModelFolder.open(output.file("plain"))
    #expect(plain.config["quantization_config"].ifPresent == nil)
    #expect(try plain.weights.open().tensorNames.allSatisfy { $0.hasSuffix(".weight") })
    expectClose(try DecoderLM.load(plain, cpu: cpu).logits(ofSequence: ids, cpu: cpu).toArray(), wanted, name)
  }

  @Test("memory is told of the weights that the codes stand for", arguments: ["nf4_double", "int8"])
  func memory(name: String) throws {
    let output = try TemporaryFolder()
    _ = try ModelConversion(type: .format(.f32)).convert(Self.path(name), to: output.file("plain"))
    let estimates = try [Self.path(name), output.file("plain")].map { path in
      let folder = try ModelFolder.open(path)
      let source = try folder.weights.open()
      let decoding = try ModelConfiguration(folder.config).weightDecoding()
      let inventory = WeightInventory(source, decoding)
      #expect(inventory.decoded.allSatisfy { $0.name.hasSuffix(".weight") })
      return MemoryEstimate(
        model: try ModelSpec(folder, stored: source), tensors: inventory, context: 40, batch: 2, rows: 20)
    }
    #expect(estimates[0].weights == estimates[1].weights && estimates[0].workspace == estimates[1].workspace)
  }

  @Test(
    "a method that is not read is named, with what to use instead",
    arguments: [
      #"{"quant_method": "gptq", "bits": 4, "group_size": 128}"#, #"{"quant_method": "awq", "bits": 4}"#,
      #"{"quant_method": "compressed-tensors"}"#, #"{"bits": 4}"#,
    ])
  func otherMethods(section: String) throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture("llama")
    var config = try model.configuration()
    config["quantization_config"] = try JSONDocument([UInt8](section.utf8), file: "section").root.value
    try folder.write(
      String(decoding: JSONWriter.bytes(.object(config), layout: .compact), as: UTF8.self), to: "config.json")
    try folder.copy(model.path("model.safetensors"), to: "model.safetensors")
    let opened = try ModelFolder.open(folder.path)
    let attempts: [() throws -> Void] = [
      { _ = try DecoderLM.load(opened, cpu: CPU(threads: 1)) },
      { _ = try DecoderCheckpoint.open(folder.path) },
      { _ = try ModelConversion().convert(folder.path, to: folder.file("model.gguf")) },
    ]
    for attempt in attempts {
      let error = try #require(throws: ModelLoadError.self) { try attempt() }
      #expect(error.code == .unsupported && error.context == "quantization_config.quant_method", "\(error)")
      #expect(error.hint.contains("GGUF"), "\(error)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("model.gguf")))
  }

  @Test("an encoder's folder is refused by the name of the method too")
  func encoder() throws {
    let folder = try TemporaryFolder()
    let model = GoldenModel.fixture("bert")
    var config = try model.configuration()
    config["quantization_config"] = .object(JSONObject())
    try folder.write(
      String(decoding: JSONWriter.bytes(.object(config), layout: .compact), as: UTF8.self), to: "config.json")
    try folder.copy(model.path("model.safetensors"), to: "model.safetensors")
    let opened = try ModelFolder.open(folder.path)
    let error = try #require(throws: ModelLoadError.self) { try EncoderLM.load(opened, cpu: CPU(threads: 1)) }
    #expect(error.context == "quantization_config.quant_method")
  }
}
