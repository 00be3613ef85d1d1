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

  @Test(
    "experts that no token chose are not touched: whatever they hold, the bits stay", arguments: GoldenModel.mixtures)
  func chosenOnly(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let load = ExpertLoad()
    let token: [Int32] = [5]
    let segment = AttentionSegment(rows: 0..<1, firstPosition: 0, pages: decoder.pages(count: 1))
    let states = decoder.hiddenStates(tokens: token, segments: [segment], experts: load.observer, on: cpu)
    let idle = load.layers.flatMap { layer in
      layer.counts.indices.filter { layer.counts[$0] == 0 }.map { "layers.\(layer.index).|.experts.\($0)." }
    }
    #expect(!idle.isEmpty)
    let source = try ModelFolder.open(model.path()).weights.open()
    var damaged = 0
    let tensors = try source.tensorNames.map { name -> StoredTensor in
      let stored = try source.stored(name)
      let isIdle = idle.contains { place in place.split(separator: "|").allSatisfy { name.contains($0) } }
      guard isIdle else { return stored }
      damaged += 1
      return StoredTensor(
        name: name, Tensor([Float](repeating: .nan, count: stored.shape.elementCount), shape: stored.shape))
    }
    #expect(damaged == 3 * idle.count)
    let folder = try TemporaryFolder()
    try folder.copy(model.path("config.json"), to: "config.json")
    try SafetensorsWriter().write(tensors, to: folder.file("model.safetensors"))
    let other = try DecoderLM.load(ModelFolder.open(folder.path), cpu: cpu)
    let otherSegment = AttentionSegment(rows: 0..<1, firstPosition: 0, pages: other.pages(count: 1))
    let found = other.hiddenStates(tokens: token, segments: [otherSegment], on: cpu)
    #expect(found.toArray().map(\.bitPattern) == states.toArray().map(\.bitPattern))
    #expect(found.toArray().allSatisfy { $0.isFinite })
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
