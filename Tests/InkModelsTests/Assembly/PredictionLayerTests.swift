import Foundation
import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

/// The layer that predicts the token after the next one, beside the reference's parts put together as the report says.
@Suite("Prediction layer")
struct PredictionLayerTests {
  private let cpu = CPU(threads: 1)

  @Test("states and logits are the reference's, in one pass and row by row")
  func reference() throws {
    let (model, file) = try (GoldenModel(name: "deepseek_v3", folder: Self.base), SafetensorsFile.open(Self.path))
    let decoder = try decoder(with: Self.layer(file))
    let layer = try PredictionLayer(of: decoder, on: cpu)
    let ids = try model.expected().tensor("input_ids")[0].toIntegers().map { Int32($0) }
    let hidden = try model.expected().tensor("hidden_states.3")[0]  // [tokens, width]
    let rows = ids.count - 1
    let states = run(layer, hidden, ids, parts: [rows])
    expectClose(states, try file.tensor("expected.states").toArray(), "states")
    let logits = layer.logits(of: Tensor(states, shape: [rows, decoder.spec.width]), on: cpu)
    expectClose(logits.toArray(), try file.tensor("expected.logits").toArray(), "logits")
    #expect(run(layer, hidden, ids, parts: Array(repeating: 1, count: rows)) == states)
    #expect(run(layer, hidden, ids, parts: [4, rows - 4]) == states)
  }

  @Test("an embedding and a head that the layer stores again are the ones that count")
  func stored() throws {
    let file = try SafetensorsFile.open(Self.path)
    let base = try Self.tensors(of: Self.base.appendingPathComponent("model.safetensors").path)
    let embedding = try #require(base.first { $0.name == "model.embed_tokens.weight" })
    let head = try #require(base.first { $0.name == "lm_head.weight" })
    let same = [
      embedding.named("model.layers.3.embed_tokens.weight"), head.named("model.layers.3.shared_head.head.weight"),
    ]
    // The rows in another order.
    let others = try same.map { stored in
      let values = try stored.float32()
      let turned = cpu.pickRows((0..<values.shape[0]).reversed(), of: values)
      return StoredTensor(name: stored.name, turned)
    }
    let plain = try logits(of: decoder(with: Self.layer(file)))
    #expect(try logits(of: decoder(with: Self.layer(file) + same)) == plain)
    #expect(try logits(of: decoder(with: Self.layer(file) + [others[0], same[1]])) != plain)
    let rows = try logits(of: decoder(with: Self.layer(file) + [same[0], others[1]]))
    #expect(rows != plain && Set(rows) == Set(plain))
  }

  @Test("a layer that is not there, or not whole, is named")
  func missing() throws {
    let file = try SafetensorsFile.open(Self.path)
    let none = try #require(throws: ModelLoadError.self) { try PredictionLayer(of: decoder(with: []), on: cpu) }
    #expect(none.code == .missingTensor && none.context.contains("prediction layer"))
    let llama = try DecoderLM.load(ModelFolder.open(GoldenModel.fixture("llama").path()), cpu: cpu)
    #expect(throws: ModelLoadError.self) { try PredictionLayer(of: llama, on: cpu) }
    let cut = try Self.layer(file).filter { !$0.name.hasSuffix("eh_proj.weight") }
    let error = try #require(throws: ModelLoadError.self) { try PredictionLayer(of: decoder(with: cut), on: cpu) }
    #expect(error.code == .missingTensor && error.context.contains("prediction.0.projection.weight"), "\(error)")
    let wrong =
      cut + [
        StoredTensor(name: "model.layers.3.eh_proj.weight", Tensor([Float](repeating: 0, count: 64), shape: [32, 2]))
      ]
    #expect(throws: ModelLoadError.self) { try PredictionLayer(of: decoder(with: wrong), on: cpu) }
  }

  private static let base = GoldenModel.fixtures.appendingPathComponent("deepseek_v3")
  private static let path = GoldenModel.fixtures.deletingLastPathComponent()
    .appendingPathComponent("prediction/deepseek_v3.safetensors").path

  private static func tensors(of path: String) throws -> [StoredTensor] {
    let source = try SafetensorsFile.open(path)
    return try source.tensorNames.map { try source.stored($0) }
  }

  private static func layer(_ file: SafetensorsFile) throws -> [StoredTensor] {
    try file.tensorNames.filter { $0.hasPrefix("model.layers.") }.map { try file.stored($0) }
  }

  /// The base with more tensors.
  private func decoder(with more: [StoredTensor]) throws -> DecoderLM {
    let configuration = ModelConfiguration(try ModelFolder.open(Self.base.path).config)
    let spec = try DeepSeekV3.spec(configuration)
    let tensors = try Self.tensors(of: Self.base.appendingPathComponent("model.safetensors").path) + more
    return try DecoderLM(
      spec: spec, weights: DeepSeekV3.huggingFaceWeights(spec).load(TensorCollection(tensors)), cpu: cpu)
  }

  /// The layer's states for all tokens but the last, computed in passes of so many rows.
  private func run(_ layer: PredictionLayer, _ hidden: Tensor, _ ids: [Int32], parts: [Int]) -> [Float] {
    var pages: [KeyValuePage] = []
    var states: [Float] = []
    var start = 0
    for count in parts {
      while pages.count * KeyValueLayout.tokensPerPage < start + count {
        pages.append(KeyValuePage(layout: layer.cacheLayout))
      }
      let segment = AttentionSegment(rows: 0..<count, firstPosition: start, pages: pages)
      states += layer(
        hidden.slice(start..<start + count), next: Array(ids[start + 1..<start + count + 1]), segments: [segment],
        on: cpu
      ).toArray()
      start += count
    }
    return states
  }

  private func logits(of decoder: DecoderLM) throws -> [Float] {
    let layer = try PredictionLayer(of: decoder, on: cpu)
    let hidden = Tensor((0..<4 * decoder.spec.width).map { Float($0 % 13) - 6 }, shape: [4, decoder.spec.width])
    let states = run(layer, hidden, [3, 5, 8, 13, 21], parts: [4])
    return layer.logits(of: Tensor(states, shape: [4, decoder.spec.width]), on: cpu).toArray()
  }
}
