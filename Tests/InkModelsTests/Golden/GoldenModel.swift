import Foundation
import InkFormats
import InkTensor
import Testing

/// One folder of reference data: a tiny model and what the reference library computes with it.
struct GoldenModel: CustomTestStringConvertible {
  let name: String
  let folder: URL

  var testDescription: String { name }

  /// The folder of models: `INKSTONE_GOLDEN/models` when it is set, else the fixtures.
  static let root: URL = {
    if let other = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] {
      return URL(fileURLWithPath: other).appendingPathComponent("models")
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/models")
  }()

  /// The families that are there, by folder.
  static let decoders: [GoldenModel] = [
    "llama", "llama_tied", "llama_bias", "llama_rope_llama3", "llama_rope_linear", "llama_rope_yarn", "mistral",
    "qwen2", "qwen3", "gemma3_text", "gpt2",
  ].map { GoldenModel(name: $0, folder: root.appendingPathComponent($0)) }

  /// The encoders that are there.
  static let encoders: [GoldenModel] = ["bert", "roberta"].map {
    GoldenModel(name: $0, folder: root.appendingPathComponent($0))
  }

  /// The models of an encoder and a decoder that are there.
  static let encoderDecoders: [GoldenModel] = ["t5", "t5_v1_1"].map {
    GoldenModel(name: $0, folder: root.appendingPathComponent($0))
  }

  /// The path of the folder, or of a file in it.
  func path(_ file: String = "") -> String { file.isEmpty ? folder.path : folder.appendingPathComponent(file).path }

  func expected() throws -> SafetensorsFile { try SafetensorsFile.open(path("expected.safetensors")) }

  func description() throws -> GoldenDescription {
    let data = try Data(contentsOf: folder.appendingPathComponent("expected.json"))
    return try JSONDecoder().decode(GoldenDescription.self, from: data)
  }
}

/// What the tests read of `expected.json`.
struct GoldenDescription: Decodable {
  struct Greedy: Decodable {
    let prompt: [Int32]
    let continuation: [Int32]
  }

  let greedy: Greedy?
}

/// Expects `|a - b| <= 1e-4 + 1e-4 |b|` for every element.
func expectClose(
  _ found: [Float], _ expected: [Float], _ what: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what): counts differ", sourceLocation: sourceLocation)
  var worst: Float = 0
  var place = 0
  for (index, (a, b)) in zip(found, expected).enumerated() {
    let excess = abs(a - b) - 1e-4 * abs(b)
    if !(excess <= worst) { (worst, place) = (excess, index) }
  }
  #expect(
    worst <= 1e-4, "\(what): element \(place) is \(found[place]), expected \(expected[place])",
    sourceLocation: sourceLocation)
}
