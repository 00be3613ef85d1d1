import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// One folder of reference data: a tiny model and what the reference library computes with it.
struct GoldenModel: CustomTestStringConvertible {
  let name: String
  let folder: URL

  var testDescription: String { name }

  /// The fixtures of this package.
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/models")

  /// The folder of models: `INKSTONE_GOLDEN/models` when it is set, else the fixtures.
  static let root: URL =
    if let other = ProcessInfo.processInfo.environment["INKSTONE_GOLDEN"] {
      URL(fileURLWithPath: other).appendingPathComponent("models")
    } else {
      fixtures
    }

  /// The decoders that are there: folders of families that this library knows.
  static let decoders = decoders(in: root)

  static func decoders(in root: URL) -> [GoldenModel] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    return names.sorted().map { GoldenModel(name: $0, folder: root.appendingPathComponent($0)) }.filter { model in
      guard let modelType = model.modelType else { return false }
      return (try? FamilyRegistry.family(modelType: modelType)) != nil
    }
  }

  /// The `model_type` of the configuration; nil for folders without a model.
  var modelType: String? {
    guard let config = try? JSONDocument.open(path("config.json")).root else { return nil }
    return try? config["model_type"].string
  }

  /// The members of the configuration.
  func configuration() throws -> JSONObject {
    guard case .object(let members)? = try ModelFolder.open(path()).config.value else {
      throw FormatError(.typeMismatch, file: path("config.json"), expected: "an object")
    }
    return members
  }

  /// Those that the tests know how to write as a GGUF file.
  static let convertible = decoders.filter { GGUFConversion.knows($0) }

  /// Those that also have the spelling of published configurations.
  static let withOlderConfiguration = decoders.filter {
    FileManager.default.fileExists(atPath: $0.path("config_hub.json"))
  }

  /// Those with padded rows.
  static let withPadding = decoders.filter { (try? $0.expected().tensor("left_pad.input_ids")) != nil }

  /// Those with a greedy continuation.
  static let withGreedy = decoders.filter { (try? $0.description().greedy) != nil }

  /// The encoders: two that any reference data has, and those of `Scripts/parity/encoders.py` that are there.
  static let encoders =
    models(["bert", "roberta"])
    + models([
      "bert_masked", "bert_bare", "bert_classifier", "bert_tokens", "roberta_classifier", "xlm_roberta",
      "xlm_roberta_classifier", "xlm_roberta_tokens",
    ]).filter(\.isThere)

  /// The models of an encoder and a decoder: two that any reference data has, and the others that are there.
  static let encoderDecoders =
    models(["t5", "t5_v1_1"]) + models(["ul2", "mt5", "flan_t5"]).filter(\.isThere)

  private static func models(_ names: [String]) -> [GoldenModel] {
    names.map { GoldenModel(name: $0, folder: root.appendingPathComponent($0)) }
  }

  private var isThere: Bool { FileManager.default.fileExists(atPath: path("expected.safetensors")) }

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
///
/// - Parameter share: of the largest expected number, which a difference may be too: small elements of a state are sums
///   of large ones, whose rounding is theirs.
func expectClose(
  _ found: [Float], _ expected: [Float], share: Float = 0, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what): counts differ", sourceLocation: sourceLocation)
  let room = share * (expected.map(abs).max() ?? 0)
  var worst: Float = 0
  var place = 0
  for (index, (a, b)) in zip(found, expected).enumerated() {
    let excess = abs(a - b) - 1e-4 * abs(b) - room
    if !(excess <= worst) { (worst, place) = (excess, index) }
  }
  #expect(
    worst <= 1e-4, "\(what): element \(place) is \(found[place]), expected \(expected[place])",
    sourceLocation: sourceLocation)
}
