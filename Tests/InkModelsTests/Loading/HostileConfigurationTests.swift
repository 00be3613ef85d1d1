import InkFormats
import InkModels
import InkTensor
import Testing

/// Configurations of all fixtures with values exchanged for extremes and other types: whatever they say, a model is put
/// together or a typed error is thrown.
@Suite("Hostile configurations")
struct HostileConfigurationTests {
  private static let values: [JSONTree] =
    [
      .null, .bool(true), .bool(false), .string(""), .string("silu"), .string("linear"),
      .string(String(repeating: "a", count: 3000)),
      .array([]), .array([.number("1")]), .array([.string("full_attention"), .null]), .object(JSONObject()),
      .object(object(["rope_type": .string("yarn"), "factor": .number("1e300")])),
    ] + numbers.map { .number($0) }

  private static let numbers = [
    "0", "-0.0", "1", "2", "3", "7", "64", "-1", "0.5", "1e-300", "-1e-300", "1e300", "-1e300", "1e999", "4095", "4096",
    "4097", "1000000000", "268435456", "268435457", "2147483648", "4294967296", "9007199254740993",
    "4611686018427387904",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", String(repeating: "9", count: 400),
  ]

  @Test("each value replaced by each extreme, and each key deleted", arguments: GoldenModel.fixtureDecoders)
  func single(model: GoldenModel) throws {
    let trial = try Trial(model)
    for path in trial.paths {
      for value in HostileConfigurationTests.values { try trial.run([(path, value)]) }
      try trial.run([(path, nil)])
    }
    #expect(trial.refused > trial.paths.count)
    #expect(trial.loaded > trial.paths.count)
  }

  @Test("several values replaced at once", arguments: GoldenModel.fixtureDecoders)
  func several(model: GoldenModel) throws {
    let trial = try Trial(model)
    var random = RandomStream(seed: 11, name: "hostile \(model.name)")
    for _ in 0..<600 {
      var changes: [([String], JSONTree?)] = []
      for _ in 0..<Int.random(in: 2...5, using: &random) {
        guard let path = trial.paths.randomElement(using: &random) else { continue }
        changes.append((path, HostileConfigurationTests.values.randomElement(using: &random)))
      }
      try trial.run(changes)
    }
    #expect(trial.refused > 300)
  }

  @Test("a configuration that is no object is refused", arguments: ["[]", "3", "null", "\"llama\"", "true"])
  func noObject(text: String) throws {
    let config = ModelConfiguration(try JSONDocument(Array(text.utf8), file: "config.json").root)
    for family in FamilyRegistry.families { #expect(throws: ModelLoadError.self) { try family.spec(config) } }
  }

  private static func object(_ members: KeyValuePairs<String, JSONTree>) -> JSONObject {
    var object = JSONObject()
    for (key, value) in members { object[key] = value }
    return object
  }

  /// One fixture whose configuration is changed again and again.
  private final class Trial {
    let config: JSONObject
    let paths: [[String]]
    let source: any TensorSource
    let cpu = CPU(threads: 1)
    var refused = 0
    var loaded = 0

    init(_ model: GoldenModel) throws {
      let folder = try ModelFolder.open(model.path())
      guard case .object(let object)? = folder.config.value else { throw folder.config.mismatch("an object") }
      config = object
      paths = Trial.paths(object)
      source = try folder.weights.open()
    }

    /// Makes the changes and loads; only typed errors may come out.
    func run(_ changes: [([String], JSONTree?)]) throws {
      var changed = config
      for (path, value) in changes { Trial.set(path[...], value, in: &changed) }
      do {
        let configuration = ModelConfiguration(JSONNode(value: .object(changed), file: "config.json"))
        let modelType = try configuration.text("model_type") ?? ""
        let family = try FamilyRegistry.family(modelType: modelType)
        let spec = try family.spec(configuration)
        let weights = try family.huggingFaceWeights(spec).load(source)
        try weights.requireComplete()
        let decoder = try DecoderLM(spec: spec, weights: weights, cpu: cpu)
        // What loads also computes.
        let logits = decoder.logits(ofSequence: [1, 2, 3], cpu: cpu)
        #expect(logits.shape == [3, spec.vocabulary])
        loaded += 1
      } catch let error as ModelLoadError {
        refused += 1
        #expect(!error.context.isEmpty && error.description.utf8.count < 2000, "\(error)")
      } catch let error as FormatError {
        refused += 1
        #expect(!error.context.isEmpty && error.description.utf8.count < 2000, "\(error)")
      }
    }

    private static func paths(_ object: JSONObject) -> [[String]] {
      object.keys.flatMap { key -> [[String]] in
        guard case .object(let inner)? = object[key] else { return [[key]] }
        return [[key]] + paths(inner).map { [key] + $0 }
      }
    }

    private static func set(_ path: ArraySlice<String>, _ value: JSONTree?, in object: inout JSONObject) {
      guard let key = path.first else { return }
      if path.count == 1 { return object[key] = value }
      guard case .object(var inner)? = object[key] else { return }
      set(path.dropFirst(), value, in: &inner)
      object[key] = .object(inner)
    }
  }
}
