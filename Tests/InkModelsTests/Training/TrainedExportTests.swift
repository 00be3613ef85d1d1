import InkFormats
import InkModels
import InkTensor
import Testing

/// What is loaded for training goes back out as the tensors it came from.
@Suite("Export of trained weights")
struct TrainedExportTests {
  @Test("a decoder's parameters are the tensors of its checkpoint, bit for bit", arguments: GoldenModel.decoders)
  func decoders(model: GoldenModel) throws {
    let checkpoint = try DecoderCheckpoint.open(model.path())
    let loaded = try checkpoint.load(use: .trainingAll, on: CPU(threads: 2))
    let source = try ModelFolder.open(model.path()).weights.open()
    try expectSame(try checkpoint.exported(loaded.parameters), source, dropped: checkpoint.weights.dropped)
  }

  @Test("an encoder's parameters are the tensors of its checkpoint, bit for bit", arguments: GoldenModel.encoders)
  func encoders(model: GoldenModel) throws {
    let checkpoint = try EncoderCheckpoint.open(model.path())
    let loaded = try checkpoint.load(use: .trainingAll, on: CPU(threads: 2))
    let source = try ModelFolder.open(model.path()).weights.open()
    try expectSame(try checkpoint.exported(loaded.parameters), source, dropped: checkpoint.weights.dropped)
  }

  @Test(
    "the parameters of an encoder with a decoder are the tensors of its checkpoint, bit for bit",
    arguments: GoldenModel.encoderDecoders)
  func encoderDecoders(model: GoldenModel) throws {
    let checkpoint = try EncoderDecoderCheckpoint.open(model.path())
    let loaded = try checkpoint.load(use: .trainingAll, on: CPU(threads: 2))
    let source = try ModelFolder.open(model.path()).weights.open()
    try expectSame(try checkpoint.exported(loaded.parameters), source, dropped: checkpoint.weights.dropped)
  }

  @Test(
    "an encoder that was trained is written as a folder that loads and computes the same",
    arguments: GoldenModel.encoders)
  func encoderFolder(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let checkpoint = try EncoderCheckpoint.open(model.path())
    let trained = try checkpoint.load(use: .trainingAll, on: cpu)
    for parameter in trained.parameters {
      cpu.copy(Tensor(parameter.value.toArray().map { $0 * 1.25 }, shape: parameter.value.shape), into: parameter.value)
    }
    let folder = try TemporaryFolder()
    try checkpoint.write(trained.parameters, to: folder.file("trained"))
    let input = EncoderInput(tokens: (1..<7).map { Int32($0) })
    let again = try EncoderLM.load(ModelFolder.open(folder.file("trained")), cpu: cpu)
    let expected = trained.states(of: [input], on: cpu).rows.toArray()
    let before = try EncoderLM.load(ModelFolder.open(model.path()), cpu: cpu).states(of: [input], on: cpu)
    #expect(again.states(of: [input], on: cpu).rows.toArray() == expected)
    #expect(before.rows.toArray() != expected)
    #expect(throws: ModelLoadError.self) {
      try checkpoint.write(trained.parameters, to: folder.file("trained"))
    }
  }

  @Test(
    "experts that a checkpoint keeps in one tensor go back into one",
    arguments: GoldenModel.decoders.filter { ["qwen2_moe", "qwen3_moe", "deepseek_v2"].contains($0.name) })
  func fusedExperts(model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    let family = try FamilyRegistry.family(modelType: folder.config["model_type"].string)
    let spec = try family.spec(ModelConfiguration(folder.config))
    let source = try Self.withFusedExperts(folder.weights.open())
    #expect(source.tensorNames.contains { $0.hasSuffix("experts.gate_up_proj") })
    let weights = try family.huggingFaceWeights(spec).load(source)
    let loaded = try DecoderLM(spec: spec, weights: weights, use: .trainingAll, cpu: CPU(threads: 2))
    try expectSame(try weights.tensors(of: loaded.parameters), source, dropped: weights.dropped)
  }

  private func expectSame(_ written: [StoredTensor], _ source: any TensorSource, dropped: [String]) throws {
    #expect(Set(written.map(\.name)) == Set(source.tensorNames).subtracting(dropped))
    for tensor in written {
      let expected = try source.stored(tensor.name).float32()
      let found = try tensor.float32()
      #expect(found.shape == expected.shape, "\(tensor.name)")
      #expect(found.toArray().map(\.bitPattern) == expected.toArray().map(\.bitPattern), "\(tensor.name)")
    }
  }

  /// The experts of each layer as newer checkpoints store them.
  private static func withFusedExperts(_ source: any TensorSource) throws -> TensorCollection {
    var tensors: [StoredTensor] = []
    var experts: [String: [Int: [String: Tensor]]] = [:]
    for name in source.tensorNames {
      let parts = name.split(separator: ".").map(String.init)
      guard let place = parts.firstIndex(of: "experts"), let number = Int(parts[place + 1]) else {
        tensors.append(try source.stored(name))
        continue
      }
      experts[parts[...place].joined(separator: "."), default: [:]][number, default: [:]][parts[place + 2]] =
        try source.stored(name).float32()
    }
    for (layer, members) in experts.sorted(by: { $0.key < $1.key }) {
      let ordered = try (0..<members.count).map { try #require(members[$0]) }
      func stack(_ kinds: [String], _ name: String) throws {
        let matrices = try ordered.map { expert in try kinds.map { try #require(expert[$0]) } }
        let (rows, columns) = (matrices[0].reduce(0) { $0 + $1.shape[0] }, matrices[0][0].shape[1])
        let numbers = matrices.flatMap { $0.flatMap { $0.toArray() } }
        tensors.append(
          StoredTensor(name: "\(layer).\(name)", Tensor(numbers, shape: [ordered.count, rows, columns])))
      }
      try stack(["gate_proj", "up_proj"], "gate_up_proj")
      try stack(["down_proj"], "down_proj")
    }
    return try TensorCollection(tensors)
  }
}

extension MappedWeights {
  fileprivate func tensors(of parameters: [Parameter]) throws -> [StoredTensor] {
    try checkpointTensors(of: parameters.map { ($0.name, $0.value) })
  }
}

extension WeightSource {
  fileprivate var dropped: [String] { (self as? MappedWeights)?.dropped ?? [] }
}
