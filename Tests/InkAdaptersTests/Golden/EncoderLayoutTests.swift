import Foundation
import InkAdapters
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

/// Adapters of models with an encoder, which PEFT made (`Scripts/parity/adapters.py encoders`).
@Suite("Adapters of encoders")
struct EncoderLayoutTests {
  private static let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  private static func folder(_ name: String) -> String {
    tests.appendingPathComponent("Fixtures/encoders/\(name)").path
  }

  private static func model(_ name: String) -> String {
    tests.deletingLastPathComponent().appendingPathComponent("InkModelsTests/Fixtures/models/\(name)").path
  }

  private static func rows(_ file: SafetensorsFile, _ name: String) throws -> [[Int32]] {
    let tensor = try file.tensor(name)
    return (0..<tensor.shape[0]).map { tensor[$0].toIntegers().map { Int32($0) } }
  }

  /// An encoder with a decoder, and what its adapters know of it.
  private struct Transducer {
    let cpu = CPU(threads: 2)
    let model: EncoderDecoderLM
    let base: AdapterBase

    init() throws {
      let checkpoint = try EncoderDecoderCheckpoint.open(EncoderLayoutTests.model("t5"))
      model = try checkpoint.load(use: .inference, on: cpu)
      base = try AdapterBase(
        sites: model.adapterSites, otherBiases: model.biasSites, map: checkpoint.adapterMap,
        head: checkpoint.hasOwnHead ? .own : .table, width: checkpoint.spec.width, layers: 4,
        prefixShape: model.prefixShape, heads: 2)
    }

    func logits(_ adapters: [ModelAdapter], _ expected: SafetensorsFile) throws -> [Float] {
      let model = try model.attaching(adapters)
      let (sources, targets) = (
        try EncoderLayoutTests.rows(expected, "input_ids"), try EncoderLayoutTests.rows(expected, "decoder_input_ids")
      )
      let states = model.encoder.states(of: sources.map { EncoderInput(tokens: $0) }, on: cpu)
      var segments: [AttentionSegment] = []
      for row in targets {
        let start = segments.last?.rows.upperBound ?? 0
        segments.append(AttentionSegment(wholeSequence: start..<start + row.count))
      }
      let hidden = model.hiddenStates(tokens: targets.flatMap { $0 }, segments: segments, states: states, on: cpu)
      return model.logits(of: hidden, on: cpu).toArray()
    }
  }

  @Test(
    "logits of T5 with an adapter are PEFT's, and what is written again has its tensors",
    arguments: ["t5_lora", "t5_adalora", "t5_vera", "t5_whole", "t5_prompt", "t5_prefix"])
  func transducer(name: String) throws {
    let t5 = try Transducer()
    let stored = try StoredAdapter.open(Self.folder(name))
    #expect(stored.configuration.task == "SEQ_2_SEQ_LM")
    let expected = try SafetensorsFile.open("\(Self.folder(name))/expected.safetensors")
    let adapter = try stored.modelAdapter(named: "test", for: t5.base, use: .inference, on: t5.cpu)
    let logits = try t5.logits([adapter], expected)
    expectClose(logits, try expected.tensor("result").toArray(), "\(name)")
    #expect(try t5.logits([], expected) != logits)
    let trained = try stored.modelAdapter(named: "test", for: t5.base, use: .training, on: t5.cpu)
    let again = try StoredAdapter(
      trained, configuration: stored.configuration, base: t5.base, fingerprint: nil, on: t5.cpu)
    #expect(Set(again.tensors.tensorNames) == Set(stored.tensors.tensorNames))
    for tensor in stored.tensors.tensorNames {
      let (own, other) = (
        try again.tensors.stored(tensor).float32().toArray(), try stored.tensors.stored(tensor).float32().toArray()
      )
      // PEFT keeps virtual tokens of a decoder that nothing reads.
      #expect(own == Array(other.prefix(tensor == "prompt_embeddings" ? own.count : other.count)), "\(tensor)")
    }
  }

  @Test(
    "answers of T5 with an adapter, token by token, are those of whole targets", arguments: ["t5_lora", "t5_prefix"])
  func cached(name: String) throws {
    let t5 = try Transducer()
    let stored = try StoredAdapter.open(Self.folder(name))
    let expected = try SafetensorsFile.open("\(Self.folder(name))/expected.safetensors")
    let adapter = try stored.modelAdapter(named: "test", for: t5.base, use: .inference, on: t5.cpu)
    let model = try t5.model.attaching([adapter])
    let (source, target) = (
      try Self.rows(expected, "input_ids")[1], try Self.rows(expected, "decoder_input_ids")[1]
    )
    let encoded = model.encode([EncoderInput(tokens: source)], on: t5.cpu)
    let page = KeyValuePage(layout: model.cacheLayout)
    let prefix = model.targetPrefixCount
    model.beginTargets(
      [AttentionSegment(rows: 0..<prefix, firstPosition: 0, pages: [page])], sources: encoded, on: t5.cpu)
    var found: [Float] = []
    for (position, token) in target.enumerated() {
      let hidden = model.hiddenStates(
        tokens: [token], segments: [AttentionSegment(rows: 0..<1, firstPosition: prefix + position, pages: [page])],
        sources: encoded, on: t5.cpu)
      found += model.logits(of: hidden, on: t5.cpu).toArray()
    }
    let whole = try expected.tensor("result").toArray()
    expectClose(found, Array(whole.suffix(whole.count / 2)), "token by token")
  }

  /// An encoder, and what its adapters know of it.
  private struct Encoder {
    let cpu = CPU(threads: 2)
    let checkpoint: EncoderCheckpoint
    let model: EncoderLM
    let base: AdapterBase

    init(_ name: String, use: WeightUse = .inference) throws {
      checkpoint = try EncoderCheckpoint.open(EncoderLayoutTests.model(name))
      model = try checkpoint.load(use: use, on: cpu)
      base = try AdapterBase(
        sites: model.adapterSites, otherBiases: model.biasSites,
        map: checkpoint.family.huggingFaceWeights(checkpoint.spec), width: checkpoint.spec.width, layers: 2,
        prefixShape: model.prefixShape, heads: 2)
    }
  }

  @Test(
    "states of encoders with an adapter are PEFT's, virtual tokens in front",
    arguments: ["bert_lora", "bert_prompt", "bert_bias_all", "bert_prefix", "roberta_prefix"])
  func encoder(name: String) throws {
    let encoder = try Encoder(name.hasPrefix("bert") ? "bert" : "roberta")
    let (cpu, model, base) = (encoder.cpu, encoder.model, encoder.base)
    let expected = try SafetensorsFile.open("\(Self.folder(name))/expected.safetensors")
    let adapter = try StoredAdapter.open(Self.folder(name))
      .modelAdapter(named: "test", for: base, use: .inference, on: cpu)
    let inputs = try Self.rows(expected, "input_ids").map { EncoderInput(tokens: $0) }
    let found = try model.attaching([adapter]).states(of: inputs, on: cpu)
    let states = found.rows.toArray()
    expectClose(states, try expected.tensor("result").toArray(), "\(name)")
    #expect(found.tokens(on: cpu).shape[0] == inputs.reduce(0) { $0 + $1.tokens.count })
    #expect(model.states(of: inputs, on: cpu).rows.toArray() != states)
  }

  @Test(
    "biases of norms and prefixes are written again as PEFT has them, bit by bit",
    arguments: ["bert_bias_all", "bert_prefix", "roberta_prefix"])
  func written(name: String) throws {
    let encoder = try Encoder(name.hasPrefix("bert") ? "bert" : "roberta")
    let stored = try StoredAdapter.open(Self.folder(name))
    let adapter = try stored.modelAdapter(named: "test", for: encoder.base, use: .training, on: encoder.cpu)
    let again = try StoredAdapter(
      adapter, configuration: stored.configuration, base: encoder.base, fingerprint: nil, on: encoder.cpu)
    // The base has heads, so that its body's names begin with `bert.`; PEFT was given the body alone.
    func bare(_ adapter: StoredAdapter) throws -> [String: [Float]] {
      try Dictionary(
        uniqueKeysWithValues: adapter.tensors.tensorNames.map { name in
          (name.replacing(".bert.", with: "."), try adapter.tensors.stored(name).float32().toArray())
        })
    }
    #expect(try bare(again) == bare(stored))
    // What is made new for training has a place for each of them.
    let made = try AdapterMaking(for: encoder.base, seed: 3, on: encoder.cpu).make(stored.configuration, named: "new")
    let first = try StoredAdapter(
      made, configuration: stored.configuration, base: encoder.base, fingerprint: nil, on: encoder.cpu)
    #expect(try Set(bare(first).keys).isSuperset(of: bare(stored).keys))
  }

  @Test("a prefix moves the states of tokens and leaves their number, and its gradients are the slopes of a loss")
  func prefixSlopes() throws {
    let encoder = try Encoder("bert", use: .training { _ in .stored })
    let stored = try StoredAdapter.open(Self.folder("bert_prefix"))
    let adapter = try stored.modelAdapter(named: "test", for: encoder.base, use: .training, on: encoder.cpu)
    let model = try encoder.model.attaching([adapter])
    let inputs = [[5, 9, 12, 7], [8, 6]].map { EncoderInput(tokens: $0) }
    let rows = try #require(adapter.parameters.first).value
    let width = 6 * encoder.model.spec.width
    let weights = Tensor((0..<width).map { Float($0 % 7) / 7 - 0.4 }, shape: [1, width])
    func loss(_ cpu: CPU, _ activations: ActivationMemory) -> Tensor {
      let states = model.states(of: inputs, activations: activations, on: cpu).rows  // [6, width]
      return cpu.matmul(states.reshaped([1, width]), weights, order: .transposed).reshaped([1])
    }
    var kept: [Float] = []
    for activations in [ActivationMemory.kept, .recomputed] {
      let store = GradientStore(of: [rows])
      _ = encoder.cpu.valueAndGradient(of: store) { loss($0, activations) }
      let gradient = try #require(store[rows]).toArray()
      if kept.isEmpty { kept = gradient }
      #expect(gradient == kept)
    }
    let old = Tensor(rows.toArray(), shape: rows.shape)
    for index in stride(from: 0, to: kept.count, by: 29) {
      let values = [Float(0.02), -0.02].map { change in
        var moved = old.toArray()
        moved[index] += change
        encoder.cpu.copy(Tensor(moved, shape: old.shape), into: rows)
        return loss(encoder.cpu, .kept).toArray()[0]
      }
      encoder.cpu.copy(old, into: rows)
      let slope = (values[0] - values[1]) / 0.04
      #expect(abs(slope - kept[index]) <= 2e-3 + 0.02 * abs(slope), "[\(index)]: \(kept[index]), not \(slope)")
    }
  }

  @Test("an adapter of another kind of model is refused and names the module")
  func foreign() throws {
    let t5 = try Transducer()
    let error = #expect(throws: AdapterError.self) {
      try StoredAdapter.open(Self.folder("bert_lora")).modelAdapter(
        named: "test", for: t5.base, use: .inference, on: t5.cpu)
    }
    #expect(error?.code == .unusedTensor)
    let tokens = ModelAdapter(name: "test", virtualTokens: .embedded(.rows(Tensor([1, 2], shape: [1, 2]))))
    #expect(throws: ModelLoadError.self) { try t5.model.attaching([tokens]) }
  }
}
