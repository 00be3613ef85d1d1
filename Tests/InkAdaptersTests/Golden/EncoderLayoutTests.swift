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
        sites: model.adapterSites, map: checkpoint.adapterMap, head: checkpoint.hasOwnHead ? .own : .table,
        width: checkpoint.spec.width, layers: 4, prefixShape: nil, heads: 2)
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
    arguments: ["t5_lora", "t5_adalora", "t5_vera", "t5_whole", "t5_prompt"])
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

  @Test("answers of T5 with an adapter, token by token, are those of whole targets")
  func cached() throws {
    let t5 = try Transducer()
    let stored = try StoredAdapter.open(Self.folder("t5_lora"))
    let expected = try SafetensorsFile.open("\(Self.folder("t5_lora"))/expected.safetensors")
    let adapter = try stored.modelAdapter(named: "test", for: t5.base, use: .inference, on: t5.cpu)
    let model = try t5.model.attaching([adapter])
    let (source, target) = (
      try Self.rows(expected, "input_ids")[1], try Self.rows(expected, "decoder_input_ids")[1]
    )
    let encoded = model.encode([EncoderInput(tokens: source)], on: t5.cpu)
    let page = KeyValuePage(layout: model.cacheLayout)
    var found: [Float] = []
    for (position, token) in target.enumerated() {
      let hidden = model.hiddenStates(
        tokens: [token], segments: [AttentionSegment(rows: 0..<1, firstPosition: position, pages: [page])],
        sources: encoded, on: t5.cpu)
      found += model.logits(of: hidden, on: t5.cpu).toArray()
    }
    let whole = try expected.tensor("result").toArray()
    expectClose(found, Array(whole.suffix(whole.count / 2)), "token by token")
  }

  @Test("states of BERT with an adapter are PEFT's, virtual tokens in front", arguments: ["bert_lora", "bert_prompt"])
  func encoder(name: String) throws {
    let cpu = CPU(threads: 2)
    let checkpoint = try EncoderCheckpoint.open(Self.model("bert"))
    let model = try checkpoint.load(use: .inference, on: cpu)
    let base = try AdapterBase(
      sites: model.adapterSites, map: checkpoint.family.huggingFaceWeights(checkpoint.spec),
      width: checkpoint.spec.width, layers: 2, prefixShape: nil, heads: 2)
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
