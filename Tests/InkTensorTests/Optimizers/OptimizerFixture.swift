import Foundation
import InkTensor
import Testing

/// What other libraries make of weights and gradients that a formula gives: `Scripts/parity/optimizers.py`.
struct OptimizerFixture: Decodable {
  struct CodedAdam: Decodable {
    let count: Int
    let block: Int
    let weight: [Float]
    let first_codes: [Int]
    let second_codes: [Int]
  }

  let steps: Int
  let shapes: [String: [Int]]
  let results: [String: [String: [Float]]]
  let coded_adam: CodedAdam
  let signed_levels: [Float]
  let unsigned_levels: [Float]

  static func load() throws -> OptimizerFixture {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/optimizers.json")
    return try JSONDecoder().decode(OptimizerFixture.self, from: Data(contentsOf: path))
  }

  /// Numbers of -1 ... 1 that are exact in single precision.
  static func draw(seed: Int, count: Int) -> [Float] {
    (0..<count).map { index in
      Float(((index + 1) &* 2_654_435_761 &+ seed * 40503) >> 8 & 0xFFFF) / 32768 - 1
    }
  }

  /// The gradients of a step, of very different sizes.
  static func gradient(seed: Int, step: Int, count: Int) -> [Float] {
    let size = Float(sign: .plus, exponent: -2 * (step % 4), significand: 1)
    return draw(seed: 1000 * (step + 1) + seed, count: count).map { $0 * size }
  }

  static func rate(step: Int) -> Double { 0.05 / Double(step + 1) }
}

/// A weight that a rule changes, with its state.
struct TrainedWeight {
  let value: Tensor
  let state: [Tensor]
  private let seed: Int

  init(seed: Int, shape: Shape, rule: some UpdateRule) {
    self.seed = seed
    value = Tensor(OptimizerFixture.draw(seed: seed, count: shape.elementCount), shape: shape)
    state = rule.slots(for: shape).map { $0.makeTensor() }
  }

  func part(step: Int, weightDecay: Double) -> UpdatePart {
    let gradient = OptimizerFixture.gradient(seed: seed, step: step, count: value.elementCount)
    return UpdatePart(
      value: value, gradient: Tensor(gradient, shape: value.shape), state: state, step: step + 1,
      learningRate: OptimizerFixture.rate(step: step), weightDecay: weightDecay)
  }

  /// The weight and all that is remembered of it, one after the other.
  var everything: [Float] { value.toArray() + state.flatMap { $0.toArray() } }
}
