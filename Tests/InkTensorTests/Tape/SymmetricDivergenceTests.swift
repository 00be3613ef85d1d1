import Foundation
import InkTensor
import Testing

@Suite struct SymmetricDivergenceTests {
  private static let weights: [Float] = [0.5, 0, 2]

  private func logits(_ name: String, columns: Int) -> Tensor {
    var random = RandomStream(seed: 4, name: name)
    return Tensor((0..<3 * columns).map { _ in Float(4 * random.nextUniform() - 2) }, shape: [3, columns])
  }

  @Test("The divergence of two distributions is that of a plain loop, in both directions", arguments: [1, 2, 37])
  func value(columns: Int) {
    let (first, second) = (logits("first", columns: columns), logits("second", columns: columns))
    func distribution(_ tensor: Tensor, _ row: Int) -> [Double] {
      let exponentials = tensor.toArray()[row * columns..<(row + 1) * columns].map { exp(Double($0)) }
      let sum = exponentials.reduce(0, +)
      return exponentials.map { $0 / sum }
    }
    var expected = 0.0
    for row in 0..<3 {
      for (p, q) in zip(distribution(first, row), distribution(second, row)) {
        expected += Double(Self.weights[row]) * (p * log(p / q) + q * log(q / p))
      }
    }
    for threads in [1, 3] {
      let cpu = CPU(threads: threads)
      let found = cpu.symmetricDivergence(first, second, rowWeights: Self.weights).toArray()[0]
      #expect(abs(Double(found) - expected) < 1e-6 * max(1, expected))
      let swapped = cpu.symmetricDivergence(second, first, rowWeights: Self.weights).toArray()[0]
      #expect(abs(swapped - found) < 1e-6 * max(1, found))
      #expect(cpu.symmetricDivergence(first, first, rowWeights: Self.weights).toArray()[0] == 0)
    }
  }

  @Test("Its gradients agree with differences")
  func gradients() {
    GradientCheck(cpu: CPU(threads: 2))([logits("first", columns: 5), logits("second", columns: 5)], "divergence") {
      [$0.symmetricDivergence($1[0], $1[1], rowWeights: Self.weights)]
    }
  }

  @Test("Distributions that lie near each other have a divergence that grows with the square of the distance")
  func near() {
    let cpu = CPU(threads: 1)
    let first = logits("first", columns: 9)
    func moved(by distance: Float) -> Float {
      let second = first.toArray().enumerated().map { $0 % 2 == 0 ? $1 + distance : $1 }
      return cpu.symmetricDivergence(first, Tensor(second, shape: [3, 9]), rowWeights: [1, 1, 1]).toArray()[0]
    }
    let ratio = moved(by: 1 / 256) / moved(by: 1 / 512)
    #expect(abs(ratio - 4) < 0.01)
  }
}
