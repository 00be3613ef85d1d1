import InkFormats
import InkModels
import InkTensor
import Testing

/// Configurations of models with pictures whose values are exchanged for extremes and other types: a model is put
/// together and computes, or a typed error is thrown.
@Suite("Hostile vision configurations")
struct HostileVisionTests {
  private static let values: [JSONTree?] =
    [
      nil, .null, .bool(true), .string(""), .string("relu"), .string("full"), .array([]),
      .array([.number("-1"), .number("0")]), .array([.string("a")]), .object(JSONObject()),
    ]
    + [
      "0", "1", "2", "3", "-1", "-2", "0.5", "1e-300", "1e300", "63", "64", "4096", "4097", "16384", "268435456",
      "268435457", "4611686018427387904", "9223372036854775807", "9223372036854775808",
    ].map { .number($0) }

  @Test("each value of CLIP's configuration replaced by each extreme")
  func clip() throws {
    let folder = try ModelFolder.open(GoldenModel.fixture("clip").path())
    let source = try folder.weights.open()
    let cpu = CPU(threads: 1)
    let outcome = try change(folder.config) { configuration throws(ModelLoadError) in
      let model = try ClipModel.load(try Clip.spec(configuration), source, preprocessing: nil, cpu: cpu)
      let text: [Int32] = [62, 5, 63]
      if model.spec.text.check(text) == nil { #expect(model.embed(texts: [text]).shape[0] == 1) }
      let size = model.spec.vision.imageSize
      #expect(model.embed(images: [cpu.zeros([3, size, size])]).shape[0] == 1)
    }
    #expect(outcome.loaded > 50 && outcome.refused > 200, "\(outcome)")
  }

  @Test("each value of LLaVA's configuration replaced by each extreme")
  func llava() throws {
    let folder = try ModelFolder.open(GoldenModel.fixture("llava").path())
    let source = try folder.weights.open()
    let cpu = CPU(threads: 1)
    let outcome = try change(folder.config) { configuration throws(ModelLoadError) in
      let spec = try Llava.spec(configuration)
      let model = try VisionLanguageModel.load(spec, configuration, source, preprocessing: nil, cpu: cpu)
      let size = spec.vision.imageSize
      let rows = model.rows(of: [cpu.zeros([3, size, size])], on: cpu)
      #expect(rows.shape == [spec.rowsPerImage, spec.decoder.width])
    }
    #expect(outcome.loaded > 50 && outcome.refused > 200, "\(outcome)")
  }

  private func change(
    _ config: JSONNode, _ load: (ModelConfiguration) throws(ModelLoadError) -> Void
  ) throws -> (loaded: Int, refused: Int) {
    guard case .object(let object)? = config.value else { throw config.mismatch("an object") }
    var outcome = (loaded: 0, refused: 0)
    for path in paths(object) {
      for value in HostileVisionTests.values {
        var changed = object
        set(path[...], value, in: &changed)
        do throws(ModelLoadError) {
          try load(ModelConfiguration(JSONNode(value: .object(changed), file: "config.json")))
          outcome.loaded += 1
        } catch {
          outcome.refused += 1
          #expect(!error.context.isEmpty && error.description.utf8.count < 2000, "\(error)")
        }
      }
    }
    return outcome
  }

  private func paths(_ object: JSONObject) -> [[String]] {
    object.keys.flatMap { key -> [[String]] in
      guard case .object(let inner)? = object[key] else { return [[key]] }
      return [[key]] + paths(inner).map { [key] + $0 }
    }
  }

  private func set(_ path: ArraySlice<String>, _ value: JSONTree?, in object: inout JSONObject) {
    guard let key = path.first else { return }
    if path.count == 1 { return object[key] = value }
    guard case .object(var inner)? = object[key] else { return }
    set(path.dropFirst(), value, in: &inner)
    object[key] = .object(inner)
  }
}
