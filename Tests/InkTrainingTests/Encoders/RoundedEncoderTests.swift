import Foundation
import InkAdapters
import InkModels
import InkNN
import InkTensor
import InkTraining
import Testing

/// Adapters beside encoders, and beside encoders with a decoder, whose matrices are rounded when they are loaded.
@Suite struct RoundedEncoderTests {
  private static let bases = ["base: nf4", "base: nf4, double_quantization: false", "base: q4_0", "base: q8_0"]
  /// Rows of whole NF4 blocks.
  private static let encoderSize = ["model.config.hidden_size=64", "model.config.intermediate_size=64"]
  private static let transducerSize = ["model.config.d_model=64", "model.config.d_kv=16", "model.config.d_ff=64"]

  private static func encoderRecipe(_ encoder: SmallEncoder, _ base: String) throws -> Recipe {
    try encoder.recipe(
      "task: classify\ntrain: {method: lora, rank: 2, targets: [query, output.dense], dropout: 0.1, \(base)}",
      data: try encoder.file("data.jsonl", SmallTask.classify.lines), encoderSize + ["steps=6"])
  }

  private static func adapter(of session: any TrainingSession) throws -> [[UInt32]] {
    SmallEncoder.bits(try #require(session.adapter).adapter.parameters)
  }

  /// Which maps are packed.
  private static func packed(_ sites: [AdapterSite]) -> Set<String> {
    Set(
      sites.compactMap { site in
        if case .packed = site.weight { site.name } else { nil }
      })
  }

  @Test(
    "An adapter learns beside a rounded encoder, whose heads stay floats; a resumed run has the same bits",
    arguments: bases)
  func encoder(_ base: String) throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let recipe = try Self.encoderRecipe(encoder, base)
    func run(_ name: String, until stop: Int? = nil, threads: Int = 1) throws -> [[UInt32]] {
      let session = try encoder.session(recipe, threads: threads)
      try encoder.train(session, name, until: stop)
      return try Self.adapter(of: session)
    }
    let session = try encoder.session(recipe)
    let model = try #require(session.model as? SequenceClassifier).body.model
    let maps = Set(model.adapterSites.map(\.name).filter { $0.hasPrefix("layers.") })
    #expect(maps.count == 12 && Self.packed(model.adapterSites) == maps)
    let whole = try run("whole")
    #expect(try Self.adapter(of: session) != whole)
    #expect(try run("part", until: 4) != whole)
    #expect(try run("part", threads: 2) == whole)
    let plan = try encoder.session(recipe, on: CPU.planning(threads: 1)).memoryPlan()
    let bytes = model.adapterSites.filter { maps.contains($0.name) }.reduce(0) { $0 + $1.weight.byteCount }
    let floats = session.weights.reduce(0) { $0 + 4 * $1.value.elementCount }
    #expect(plan.weights == bytes + floats + session.adapterByteCount)
  }

  @Test("So it does beside an encoder with a decoder, whose positions and head stay floats", arguments: bases)
  func transducer(_ base: String) throws {
    let small = try SmallT5()
    defer { small.remove() }
    func session(threads: Int = 1) throws -> any TrainingSession {
      try small.session(
        Self.transducerSize + ["steps=6"],
        train: "method: lora, rank: 2, targets: [q, v, wo], dropout: 0.1, \(base)", on: CPU(threads: threads))
    }
    func run(_ name: String, until stop: Int? = nil, threads: Int = 1) throws -> [[UInt32]] {
      let session = try session(threads: threads)
      _ = try small.train(session, name, until: stop)
      return try Self.adapter(of: session)
    }
    let first = try session()
    let model = try #require(first.model as? SequenceTransducer).model
    let maps = Set(model.adapterSites.map(\.name).filter { $0.contains("layers.") })
    // Two layers each; queries, keys, values and results of one or two attentions, and two maps behind.
    #expect(maps.count == 2 * (4 + 2) + 2 * (4 + 4 + 2))
    #expect(Self.packed(model.adapterSites) == maps)
    let whole = try run("whole")
    #expect(try Self.adapter(of: first) != whole)
    #expect(try run("part", until: 4) != whole)
    #expect(try run("part", threads: 2) == whole)
  }

  @Test("Training beside an NF4 encoder has the bits of training beside its decoded weights, and notes the stored base")
  func decoded() throws {
    let encoder = try SmallEncoder()
    defer { encoder.remove() }
    let cpu = CPU(threads: 1)
    let made = try encoder.session(try SmallTask.classify.recipe(encoder, Self.encoderSize + ["steps=2"]))
    try made.writeResult(to: encoder.path("base"), companions: nil)
    let checkpoint = try EncoderCheckpoint.open(encoder.path("base"))
    let plain = try checkpoint.load(use: .trainingAll, on: cpu)
    let rounded = try plain.parameters.map { parameter in
      guard parameter.name.hasPrefix("layers."), parameter.value.shape.rank == 2 else { return parameter }
      let blocks = try NormalFloatBlocks(rounding: parameter.value, .double, on: cpu)
      return Parameter(name: parameter.name, value: try blocks.decoded(parameter.value.shape))
    }
    try checkpoint.write(rounded, to: encoder.path("decoded"))
    func train(_ base: String, from folder: String) throws -> any TrainingSession {
      let session = try encoder.session(try Self.encoderRecipe(encoder, base), base: encoder.path(folder))
      try encoder.train(session, "run of \(folder)")
      return session
    }
    let packed = try train("base: nf4", from: "base")
    #expect(try Self.adapter(of: packed) == Self.adapter(of: train("base: f32", from: "decoded")))
    try packed.writeResult(to: encoder.path("final"), companions: nil)
    let stored = try StoredAdapter.open(encoder.path("final"))
    #expect(stored.fingerprint == plain.fingerprint(on: cpu))
    let loaded = try #require(packed.model as? SequenceClassifier).body.model
    #expect(stored.fingerprint != loaded.fingerprint(on: cpu))
  }

  @Test("The adapter of a rounded encoder with a decoder notes the base as it is stored; a packed base is taken too")
  func storedTransducer() throws {
    let small = try SmallT5()
    defer { small.remove() }
    let cpu = CPU(threads: 1)
    try small.session(Self.transducerSize).writeResult(to: small.path("base"), companions: nil)
    let plain = try EncoderDecoderCheckpoint.open(small.path("base")).load(use: .inference, on: cpu)
    for base in ["nf4", "as_stored"] {
      let session = try small.session(
        ["steps=2"], train: "method: lora, rank: 2, targets: [q, v], base: \(base)", base: small.path("base"))
      _ = try small.train(session, base)
      try session.writeResult(to: small.path("adapter of \(base)"), companions: nil)
      let stored = try StoredAdapter.open(small.path("adapter of \(base)"))
      #expect(stored.fingerprint == plain.fingerprint(on: cpu), "\(base)")
    }
  }
}
