import InkFormats
import InkModels
import InkNN
import InkTensor
import Testing

@Suite("Golden routers")
struct GoldenRouterTests {
  @Test("what each router says is what the reference's says", arguments: GoldenModel.mixtures)
  func logits(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let expected = try model.expected()
    let ids = try expected.tensor("input_ids")
    let length = ids.shape[1]
    for row in 0..<ids.shape[0] {
      let recorder = ChoiceRecorder()
      let segment = AttentionSegment(rows: 0..<length, firstPosition: 0, pages: decoder.pages(count: length))
      _ = decoder.hiddenStates(
        tokens: ids[row].toIntegers().map { Int32($0) }, segments: [segment], experts: recorder.observer, on: cpu)
      let layers = decoder.spec.layers.indices.filter {
        if case .experts = decoder.spec.layers[$0].feedForward { true } else { false }
      }
      #expect(Set(recorder.choices.keys) == Set(layers) && !layers.isEmpty)
      for layer in layers {
        let reference = try routerLogits(expected, layer: layer, among: layers)
        expectClose(
          try #require(recorder.choices[layer]).logits.toArray(),
          reference.slice(row * length..<(row + 1) * length).toArray(), "\(model.name) router \(layer), row \(row)")
      }
    }
  }

  /// The reference numbers its routers by layer, or one after the other where dense layers have none.
  private func routerLogits(_ expected: SafetensorsFile, layer: Int, among layers: [Int]) throws -> Tensor {
    let names = expected.tensorNames.filter { $0.hasPrefix("router_logits.") }
    let byLayer = Set(names) == Set(layers.map { "router_logits.\($0)" })
    let place = try #require(byLayer ? layer : layers.firstIndex(of: layer))
    return try expected.tensor("router_logits.\(place)")
  }

  @Test("the load of all experts is the number of tokens times that of the chosen", arguments: GoldenModel.mixtures)
  func load(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let load = ExpertLoad()
    let pages = decoder.pages(count: 20)
    for position in 0..<2 {
      let segment = AttentionSegment(rows: 0..<10, firstPosition: position * 10, pages: pages)
      let tokens = (0..<10).map { Int32(($0 * 7 + position) % decoder.spec.vocabulary) }
      _ = decoder.hiddenStates(tokens: tokens, segments: [segment], experts: load.observer, on: cpu)
    }
    for layer in load.layers {
      guard case .experts(let experts) = decoder.spec.layers[layer.index].feedForward else {
        Issue.record("layer \(layer.index) has no experts")
        continue
      }
      #expect(layer.counts.count == experts.router.count)
      #expect(layer.counts.reduce(0, +) == 20 * experts.router.chosen)
      #expect(layer.imbalance >= 1)
    }
    #expect(!load.layers.isEmpty)
  }
}

extension GoldenModel {
  /// The models with experts.
  static let mixtures = decoders.filter { model in
    (try? model.expected().tensorNames.contains { $0.hasPrefix("router_logits.") }) ?? false
  }
}
