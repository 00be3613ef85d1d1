import InkFormats
import InkModels
import InkNN
import InkTensor
import Synchronization
import Testing

/// Gradients of whole models of every family against differences.
@Suite("Gradients of models")
struct ModelGradientTests {
  @Test("every weight of a decoder has the gradient that differences show", arguments: GoldenModel.decoders)
  func decoders(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderCheckpoint.open(model.path()).load(use: .trainingAll, on: cpu)
    let tokens = (0..<11).map { Int32(($0 * 7 + 5) % decoder.spec.vocabulary) }
    let segments = [AttentionSegment(wholeSequence: 0..<7), AttentionSegment(wholeSequence: 7..<11)]
    let targets = tokens.map { ($0 * 5 + 1) % Int32(decoder.spec.vocabulary) }
    var check = ModelGradientCheck(cpu: cpu, parameters: decoder.parameters)
    // The choice of experts is a constant, and not all of them are chosen.
    check.mayBeConstant = { $0.hasSuffix(".router.correction") || $0.contains(".experts.") }
    let choices = Mutex<[Int32]>([])
    check.choices = { choices.withLock { $0 } }
    try check { cpu in
      let pass = PassChoices()
      let hidden = decoder.hiddenStates(tokens: tokens, segments: segments, experts: pass.observer, on: cpu)
      choices.withLock { $0 = pass.experts }
      return decoder.loss(of: hidden, targets: targets, weights: tokens.map { _ in 0.1 }, on: cpu).loss
    }
  }

  @Test(
    "layers that are computed again give the same gradients",
    arguments: GoldenModel.decoders.filter { ["llama", "mixtral", "deepseek_v2", "gemma2"].contains($0.name) })
  func recomputed(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let decoder = try DecoderCheckpoint.open(model.path()).load(use: .trainingAll, on: cpu)
    let tokens = (0..<9).map { Int32(($0 * 7 + 3) % decoder.spec.vocabulary) }
    let dropout = ResidualDropout(rate: 0.2, noise: DropoutNoise(seed: 1, step: 4, part: 0))
    func gradients(_ activations: ActivationMemory) -> [[UInt32]?] {
      let store = GradientStore(of: decoder.parameters.map(\.value))
      _ = cpu.valueAndGradient(of: store) { cpu in
        let hidden = decoder.hiddenStates(
          tokens: tokens, segments: [AttentionSegment(wholeSequence: 0..<9)], dropout: dropout,
          activations: activations, on: cpu)
        return decoder.loss(of: hidden, targets: tokens, weights: tokens.map { _ in 1 }, on: cpu).loss
      }
      return decoder.parameters.map { store[$0.value]?.toArray().map(\.bitPattern) }
    }
    #expect(gradients(.kept) == gradients(.recomputed))
  }

  @Test(
    "every weight of an encoder and its heads has the gradient that differences show", arguments: GoldenModel.encoders)
  func encoders(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let encoder = try EncoderLM.load(ModelFolder.open(model.path()), use: .trainingAll, cpu: cpu)
    let inputs = Self.inputs(vocabulary: encoder.spec.vocabulary)
    let check = ModelGradientCheck(cpu: cpu, parameters: encoder.parameters)
    try check { cpu in
      let states = encoder.states(of: inputs, on: cpu)
      let outputs = [
        states.rows, encoder.pooled(states, on: cpu), encoder.nextSentenceLogits(states, on: cpu),
        encoder.classLogits(states, on: cpu),
      ]
      let masked = encoder.maskedLoss(
        of: states.rows, targets: [1, 2, 3, 0, 5, 6, 7, 8, 9], weights: [1, 1, 0.5, 0, 1, 1, 1, 2, 1], on: cpu)
      return outputs.compactMap { $0 }.map { Self.number(of: $0, on: cpu) }.reduce(masked?.loss ?? cpu.zeros([1])) {
        cpu.add($0, $1)
      }
    }
  }

  @Test(
    "every weight of an encoder with a decoder has the gradient that differences show, its relative positions too",
    arguments: GoldenModel.encoderDecoders, ActivationMemory.allCases)
  func encoderDecoders(model: GoldenModel, activations: ActivationMemory) throws {
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), use: .trainingAll, cpu: cpu)
    let inputs = Self.inputs(vocabulary: network.spec.vocabulary)
    let tokens = (0..<8).map { Int32(($0 * 3 + 2) % network.spec.vocabulary) }
    let segments = [AttentionSegment(wholeSequence: 0..<3), AttentionSegment(wholeSequence: 3..<8)]
    let check = ModelGradientCheck(cpu: cpu, parameters: network.parameters)
    try check { cpu in
      let states = network.encoder.states(of: inputs, activations: activations, on: cpu)
      let hidden = network.hiddenStates(
        tokens: tokens, segments: segments, states: states, activations: activations, on: cpu)
      return network.loss(
        of: hidden, targets: tokens.map { ($0 + 1) % 9 }, weights: [1, 0.5, 0, 1, 1, 1, 1, 1], on: cpu
      ).loss
    }
  }

  @Test("targets over states have the numbers of targets over kept pages", arguments: GoldenModel.encoderDecoders)
  func withoutPages(model: GoldenModel) throws {
    let cpu = CPU(threads: 2)
    let network = try EncoderDecoderLM.load(ModelFolder.open(model.path()), cpu: cpu)
    let inputs = Self.inputs(vocabulary: network.spec.vocabulary)
    let tokens = (0..<8).map { Int32(($0 * 3 + 2) % network.spec.vocabulary) }
    let ranges = [0..<3, 3..<8]
    let whole = network.hiddenStates(
      tokens: tokens, segments: ranges.map { AttentionSegment(wholeSequence: $0) },
      states: network.encoder.states(of: inputs, on: cpu), on: cpu)
    let paged = network.hiddenStates(
      tokens: tokens,
      segments: ranges.map {
        AttentionSegment(rows: $0, firstPosition: 0, pages: [KeyValuePage(layout: network.cacheLayout)])
      }, sources: network.encode(inputs, on: cpu), on: cpu)
    #expect(whole.toArray().map(\.bitPattern) == paged.toArray().map(\.bitPattern))
  }

  private static func inputs(vocabulary: Int) -> [EncoderInput] {
    [6, 3].map { count in EncoderInput(tokens: (0..<count).map { Int32(($0 * 5 + count) % vocabulary) }) }
  }

  /// One number that depends on all elements of rows.
  private static func number(of x: Tensor, on cpu: CPU) -> Tensor {
    let rows = x.reshaped([x.shape.rowCount, x.shape[-1]])
    return cpu.squaredLogSum(rows, rowWeights: [Float](repeating: 1 / Float(rows.shape[0]), count: rows.shape[0]))
  }
}

/// The experts that the layers of a pass chose.
private final class PassChoices: Sendable {
  private let chosen = Mutex<[Int32]>([])

  var experts: [Int32] { chosen.withLock { $0 } }

  var observer: ExpertObserver {
    { _, choice in self.chosen.withLock { $0 += choice.assignment.experts } }
  }
}
