import InkFormats
import InkModels
import InkTensor
import Testing

@Suite("Golden encoders")
struct GoldenEncoderTests {
  @Test("hidden states, pooler and masked-language logits are those of the reference", arguments: GoldenModel.encoders)
  func states(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let encoder = try EncoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let reference = try GoldenEncoding(model)
    var observed: [Int: Tensor] = [:]
    let states = encoder.states(of: reference.inputs, observer: { observed[$0] = $1 }, on: cpu)
    #expect(observed.count == encoder.spec.layers.count + 1)
    for (index, state) in observed {
      try reference.expectRows(state, "hidden_states.\(index)")
    }
    try reference.expectRows(states.rows, "last_hidden_state")
    try reference.expect(encoder.maskedLogits(of: states.rows, on: cpu), "mlm_logits")
    try reference.expect(encoder.pooled(states, on: cpu), "pooler_output")
    try reference.expect(encoder.nextSentenceLogits(states, on: cpu), "next_sentence_logits")
    try reference.expect(encoder.classLogits(states, on: cpu), "class_logits")
  }

  @Test("a sequence gives the same bits alone, in a batch and on any threads", arguments: GoldenModel.encoders)
  func sameBits(model: GoldenModel) throws {
    let encoder = try EncoderLM.load(ModelFolder.open(model.path()), cpu: CPU(threads: 2))
    let limit = try #require(encoder.spec.contextLength)
    let inputs = [limit, 1, 7, limit - 1].map { count in
      EncoderInput(tokens: (0..<count).map { Int32(($0 * 13 + count) % encoder.spec.vocabulary) })
    }
    #expect(inputs.allSatisfy { $0.check(for: encoder.spec) == nil })
    let together = encoder.states(of: inputs, on: CPU(threads: 3))
    for (index, input) in inputs.enumerated() {
      let alone = encoder.states(of: [input], on: CPU(threads: 1))
      #expect(alone.rows.toArray() == together[index].toArray(), "\(model.name), sequence \(index)")
    }
  }

  @Test("a checkpoint that is written again is the same tensors under the same names", arguments: GoldenModel.encoders)
  func exported(model: GoldenModel) throws {
    let folder = try ModelFolder.open(model.path())
    let family = try EncoderRegistry.encoder(modelType: folder.config["model_type"].string)
    let source = try folder.weights.open()
    let map = family.huggingFaceWeights(try family.spec(ModelConfiguration(folder.config), stored: source))
    try expectRoundTrip(map, source)
  }

  @Test(
    "the checkpoint's parts are found under every prefix and under the oldest names", arguments: GoldenModel.encoders)
  func prefixes(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let reference = try GoldenEncoding(model)
    let folder = try ModelFolder.open(model.path())
    let source = try folder.weights.open()
    let prefix = try folder.config["model_type"].string == "bert" ? "bert." : "roberta."
    let hasPrefix = source.tensorNames.contains { $0.hasPrefix(prefix) }
    // The bare model, as it is saved without heads.
    var tensors: [StoredTensor] = []
    for name in source.tensorNames where !hasPrefix || name.hasPrefix(prefix) {
      var renamed = hasPrefix ? String(name.dropFirst(prefix.count)) : prefix + name
      if renamed.contains("LayerNorm") {
        renamed = renamed.replacing("LayerNorm.weight", with: "LayerNorm.gamma")
        renamed = renamed.replacing("LayerNorm.bias", with: "LayerNorm.beta")
      }
      tensors.append(try source.stored(name).named(renamed))
    }
    let written = try TemporaryFolder()
    try written.copy(model.path("config.json"), to: "config.json")
    try SafetensorsWriter().write(tensors, to: written.file("model.safetensors"))
    let encoder = try EncoderLM.load(ModelFolder.open(written.path), cpu: cpu)
    let states = encoder.states(of: reference.inputs, on: cpu)
    try reference.expectRows(states.rows, "last_hidden_state")
    #expect(encoder.maskedLogits(of: states.rows, on: cpu) == nil)
  }
}

/// The inputs of a golden encoder without their padding, and what is expected of them.
struct GoldenEncoding {
  let model: GoldenModel
  let file: SafetensorsFile
  let inputs: [EncoderInput]
  /// For each sequence, the places of its real tokens in the padded row.
  let places: [[Int]]

  init(_ model: GoldenModel) throws {
    self.model = model
    file = try model.expected()
    let ids = try file.tensor("input_ids")
    let mask = try file.tensor("attention_mask")
    let types = file.find("token_type_ids") == nil ? nil : try file.tensor("token_type_ids")
    var inputs: [EncoderInput] = []
    var places: [[Int]] = []
    for row in 0..<ids.shape[0] {
      let real = mask[row].toIntegers().enumerated().filter { $0.element == 1 }.map(\.offset)
      let (all, kinds) = (ids[row].toIntegers(), types?[row].toIntegers())
      inputs.append(
        EncoderInput(
          tokens: real.map { Int32(all[$0]) }, tokenTypes: kinds.map { kinds in real.map { Int32(kinds[$0]) } } ?? []))
      places.append(real)
    }
    (self.inputs, self.places) = (inputs, places)
  }

  /// Expects an output where the reference has one, a vector for each sequence or each token, and none elsewhere.
  func expect(_ found: Tensor?, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    guard file.find(name) != nil else {
      #expect(found == nil, "\(model.name) \(name)", sourceLocation: sourceLocation)
      return
    }
    let found = try #require(found, "\(model.name) \(name)", sourceLocation: sourceLocation)
    let expected = try file.tensor(name)
    if expected.shape.rank == 3 { return try expectRows(found, name, sourceLocation: sourceLocation) }
    expectClose(found.toArray(), expected.toArray(), "\(model.name) \(name)", sourceLocation: sourceLocation)
  }

  /// Expects the rows of all sequences, one behind the other, to be the unpadded ones of a tensor [batch, T, ...].
  func expectRows(_ rows: Tensor, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let expected = try file.tensor(name)
    let all = places.enumerated().flatMap { row, real in real.flatMap { expected[row][$0].toArray() } }
    expectClose(rows.toArray(), all, "\(model.name) \(name)", sourceLocation: sourceLocation)
  }
}

/// Expects a map to give every tensor of a source back when it runs backwards, but for those it drops.
func expectRoundTrip(_ map: WeightMap, _ source: any TensorSource) throws {
  let mapped = try map.load(source)
  try mapped.requireComplete()
  var own: [StoredTensor] = []
  for name in mapped.names { own.append(try mapped.stored(name)) }
  let written = try map.export(TensorCollection(own))
  #expect(Set(written.map(\.name)) == Set(source.tensorNames).subtracting(mapped.dropped))
  for tensor in written {
    let original = try source.stored(tensor.name)
    #expect(tensor.shape == original.shape, "\(tensor.name)")
    #expect(try tensor.float32().toArray() == original.float32().toArray(), "\(tensor.name)")
  }
}
