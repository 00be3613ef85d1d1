import InkTensor
import InkTraining
import Testing

@Suite("Groups of weights") struct ParameterGroupingTests {
  private let parameters = SmallModel().parameters

  private func plans(_ grouping: ParameterGrouping) throws -> [String: ParameterPlan] {
    Dictionary(uniqueKeysWithValues: try grouping.plans(for: parameters).map { ($0.parameter.name, $0) })
  }

  @Test("Matrices decay, biases and norms do not unless all do")
  func decay() throws {
    let matrices = try plans(ParameterGrouping(weightDecay: 0.1))
    #expect(matrices["head.weight"]?.weightDecay == 0.1)
    #expect(matrices["norm.weight"]?.weightDecay == 0)
    #expect(matrices["layers.0.mixer.query.bias"]?.weightDecay == 0)
    let all = try plans(ParameterGrouping(weightDecay: 0.1, decayed: .all))
    #expect(all.values.allSatisfy { $0.weightDecay == 0.1 && $0.rateFactor == 1 })
  }

  @Test("A weight belongs to the first group that names it")
  func groups() throws {
    let found = try plans(
      ParameterGrouping(
        weightDecay: 0.1,
        groups: [
          ParameterGroup(patterns: [ParameterPattern("*.bias"), ParameterPattern("norm.*")], weightDecay: 0.5),
          ParameterGroup(patterns: [ParameterPattern("layers.0.*")], rateFactor: 3),
        ]))
    #expect(found["layers.0.mixer.query.bias"]?.rateFactor == 1)
    #expect(found["layers.0.mixer.query.bias"]?.weightDecay == 0.5)
    #expect(found["layers.0.mixer.query.weight"]?.rateFactor == 3)
    #expect(found["layers.0.mixer.query.weight"]?.weightDecay == 0.1)
    #expect(found["head.weight"]?.rateFactor == 1)
  }

  @Test("Rates fall from layer to layer toward the input")
  func layers() throws {
    let found = try plans(ParameterGrouping(layerDecay: 0.5))
    #expect(found["embedding.weight"]?.rateFactor == 0.125)
    #expect(found["layers.0.mixer.query.weight"]?.rateFactor == 0.25)
    #expect(found["layers.1.feedForward.up.weight"]?.rateFactor == 0.5)
    #expect(found["norm.weight"]?.rateFactor == 1)
    #expect(found["head.weight"]?.rateFactor == 1)
  }

  @Test("LoRA's B matrices learn faster by the ratio")
  func lora() throws {
    let value = Tensor([1, 2], shape: [1, 2])
    let names = ["layers.0.mixer.query.lora_A", "layers.0.mixer.query.lora_B", "layers.0.x.lora_B.weight"]
    let plans = try ParameterGrouping(loraRatio: 16).plans(for: names.map { Parameter(name: $0, value: value) })
    #expect(plans.map(\.rateFactor) == [1, 16, 16])
  }

  @Test("A pattern that names nothing and numbers that cannot be are refused")
  func refusals() {
    let unknown = ParameterGrouping(groups: [ParameterGroup(patterns: [ParameterPattern("layer.*")])])
    let error = #expect(throws: TrainingError.self) { try plans(unknown) }
    #expect(error?.context == "parameter group \"layer.*\"")
    let wrong = [
      ParameterGrouping(weightDecay: -1), ParameterGrouping(layerDecay: .nan), ParameterGrouping(loraRatio: .infinity),
      ParameterGrouping(groups: [ParameterGroup(patterns: [ParameterPattern("*")], rateFactor: -2)]),
    ]
    for grouping in wrong { #expect(throws: TrainingError.self) { try plans(grouping) } }
    let twice = parameters + [parameters[0]]
    #expect(throws: TrainingError.self) {
      try Optimizer(.adamW(), plans: ParameterGrouping().plans(for: twice))
    }
  }

  @Test(
    "A star stands for any characters",
    arguments: [
      ("*", "", true), ("*", "a.b", true), ("a*", "abc", true), ("a*c", "abc", true), ("a*c", "abcd", false),
      ("*.bias", "x.bias", true), ("*.bias", "x.bias.y", false), ("*b*b*", "abcb", true), ("*b*b*", "abc", false),
      ("", "", true), ("", "a", false), ("a", "a", true), ("a", "aa", false), ("**", "x", true),
      ("层*重", "层.0.重", true), ("a*b*a", "aba", true), ("a*b*a", "ab", false),
    ])
  func patterns(_ pattern: String, _ name: String, _ fits: Bool) {
    #expect(ParameterPattern(pattern).matches(name) == fits)
  }
}
