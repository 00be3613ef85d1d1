import Foundation
import InkAdapters
import InkModels
import InkNN
import InkTensor
import InkTraining
import Testing

/// Adapters beside a base whose matrices are rounded when it is loaded (Dettmers et al., 2023, "QLoRA").
@Suite struct RoundedBaseTests {
  /// A model with rows of whole NF4 blocks.
  private static let size = ["model.config.hidden_size=64", "model.config.intermediate_size=128"]
  private static let adapter = "method: lora, rank: 2, targets: [q_proj, down_proj], dropout: 0.1"

  private let run: TinyRun

  init() throws { run = try TinyRun() }

  private func recipe(_ base: String, _ settings: [String] = []) throws -> Recipe {
    try run.recipe("train: {\(Self.adapter), \(base)}", settings: Self.size + settings)
  }

  private static func bits(_ parameters: [Parameter]) -> [[UInt32]] {
    parameters.map { $0.value.toArray().map(\.bitPattern) }
  }

  /// Trains an adapter to the end, or until a step; gives the session.
  @discardableResult
  private func train(
    _ recipe: Recipe, _ name: String, base: DecoderCheckpoint? = nil, threads: Int = 2, until stop: Int? = nil
  ) throws -> DecoderSession {
    let cpu = CPU(threads: threads)
    let session =
      if let base {
        try DecoderSession(recipe, checkpoint: base, language: run.language, on: cpu)
      } else {
        try run.session(recipe, on: cpu)
      }
    var step = 0
    var training = try session.run(in: try run.open(name), resumption: .auto) { _ in }
    _ = try training.run(observe: { step = $0.step }, shouldStop: { stop.map { step >= $0 } ?? false })
    return session
  }

  private func adapter(of session: DecoderSession) throws -> [[UInt32]] {
    Self.bits(try #require(session.adapter).adapter.parameters)
  }

  /// A folder with a small model.
  private func folder(_ name: String) throws -> String {
    let path = run.folder.appendingPathComponent(name).path
    let session = try run.session(try run.recipe(settings: Self.size), threads: 1)
    try session.writeResult(to: path, companions: nil)
    return path
  }

  @Test(
    "The matrices of the layers are rounded and all else is f32",
    arguments: [
      ("base: nf4", PackedLayout.normalFloat(.double)),
      ("base: nf4, double_quantization: true", .normalFloat(.double)),
      ("base: nf4, double_quantization: false", .normalFloat(.single)),
      ("base: q4_0", .interleaved(.q4_0)), ("base: q8_0", .interleaved(.q8_0)),
    ])
  func forms(_ base: String, _ layout: PackedLayout) throws {
    defer { run.remove() }
    let session = try run.session(try recipe(base))
    var rounded = 0
    for site in session.model.model.adapterSites {
      switch site.weight {
      case .packed(let matrix):
        #expect(site.name.hasPrefix("layers."))
        #expect(matrix.layout == layout)
        rounded += 1
      case .dense: #expect(!site.name.hasPrefix("layers."))
      }
    }
    #expect(rounded == 2 * 7)
    #expect(session.weights.allSatisfy { $0.value.shape.rank == 1 || !$0.name.hasPrefix("layers.") })
  }

  @Test(
    "An adapter learns beside a rounded base, with the same bits on one thread and two",
    arguments: ["base: nf4", "base: nf4, double_quantization: false", "base: q4_0", "base: q8_0"])
  func threads(_ base: String) throws {
    defer { run.remove() }
    let recipe = try recipe(base, ["steps=4", "evaluation.every=4"])
    let start = try adapter(of: try run.session(recipe))
    let one = try adapter(of: train(recipe, "one", threads: 1))
    #expect(one != start)
    #expect(try adapter(of: train(recipe, "two", threads: 2)) == one)
    #expect(try run.metrics("one") == run.metrics("two"))
  }

  @Test("Training beside an NF4 base has the bits of training beside its decoded weights in f32")
  func decodedBase() throws {
    defer { run.remove() }
    let cpu = CPU(threads: 1)
    let base = try DecoderCheckpoint.open(try folder("base"))
    let rounded = try base.load(use: .trainingAll, on: cpu).parameters.map { parameter in
      let isRounded = parameter.name.hasPrefix("layers.") && parameter.value.shape.rank == 2
      guard isRounded else { return parameter }
      let blocks = try NormalFloatBlocks(rounding: parameter.value, .double, on: cpu)
      return Parameter(name: parameter.name, value: try blocks.decoded(parameter.value.shape))
    }
    let decoded = run.folder.appendingPathComponent("decoded").path
    try base.write(rounded, to: decoded)
    let settings = ["steps=4", "batch.size=8"]
    let packed = try train(try recipe("base: nf4", settings), "packed", base: base)
    let plain = try train(
      try recipe("base: f32", settings), "plain", base: try DecoderCheckpoint.open(decoded))
    #expect(try adapter(of: packed) == adapter(of: plain))
    #expect(try run.metrics("packed") == run.metrics("plain"))
  }

  @Test("The adapter notes the base as it is stored, and fits it")
  func stored() throws {
    defer { run.remove() }
    let cpu = CPU(threads: 2)
    let base = try DecoderCheckpoint.open(try folder("base"))
    let session = try train(try recipe("base: nf4", ["steps=2", "evaluation.every=2"]), "run", base: base)
    let final = run.folder.appendingPathComponent("final").path
    try session.writeResult(to: final, companions: nil)
    let adapter = try StoredAdapter.open(final)
    let plain = try base.load(use: .inference, on: cpu)
    #expect(adapter.fingerprint == plain.fingerprint(on: cpu))
    #expect(adapter.fingerprint != session.model.model.fingerprint(on: cpu))
    try adapter.requireBase(plain.fingerprint(on: cpu))
  }

  @Test("Rows that are no whole blocks are refused with the tensor's name")
  func unevenRows() throws {
    defer { run.remove() }
    let recipe = try run.recipe("train: {\(Self.adapter), base: nf4}")
    let error = #expect(throws: TrainingError.self) { _ = try run.session(recipe) }
    let text = "\(error?.description ?? "")"
    #expect(text.contains("layers.0."), "\(text)")
    #expect(text.contains("64"), "\(text)")
  }

  @Test(
    "A type that there is not is named with the nearest, and settings of another type are refused",
    arguments: [("base: nf5", "nf4"), ("base: q4_1", "q4_0"), ("base: q8_0, double_quantization: true", "base: nf4")])
  func wrong(_ base: String, _ cure: String) throws {
    defer { run.remove() }
    let error = #expect(throws: TrainingError.self) { try recipe(base) }
    let text = "\(error?.description ?? "")"
    #expect(text.contains(cure), "\(text)")
  }

  @Test("A plan of memory counts a rounded base as it will be")
  func plan() throws {
    defer { run.remove() }
    let recipe = try recipe("base: nf4")
    let plan = try run.session(recipe, on: CPU.planning(threads: 1)).memoryPlan()
    let session = try run.session(recipe, threads: 1)
    let packed = session.model.model.adapterSites.reduce(0) { sum, site in
      switch site.weight {
      case .packed(let matrix): sum + matrix.byteCount
      case .dense: sum
      }
    }
    let dense = session.weights.reduce(0) { $0 + 4 * $1.value.elementCount }
    #expect(packed > 0)
    #expect(plan.weights == packed + dense + session.adapterByteCount)
  }
}
