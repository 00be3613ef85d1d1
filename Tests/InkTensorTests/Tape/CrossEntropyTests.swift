import Foundation
import InkTensor
import Testing

@Suite struct CrossEntropyTests {
  @Test(
    "The loss is that of a plain computation in double precision",
    arguments: [
      CrossEntropySettings(), CrossEntropySettings(labelSmoothing: 0.1), CrossEntropySettings(zLoss: 1e-2),
      CrossEntropySettings(scale: 0.5, softCap: 3),
    ])
  func value(settings: CrossEntropySettings) {
    let cpu = CPU(threads: 2)
    let (rows, width, entries) = (5, 7, 33)
    let x = GradientCheck.input([rows, width], seed: 1)
    let head = GradientCheck.input([entries, width], seed: 2)
    let bias = GradientCheck.input([entries], seed: 3)
    let targets: [Int32] = [0, 32, 5, 5, 17]
    let weights: [Float] = [1, 0.5, 2, 0.25, 1]
    let found = cpu.crossEntropy(
      x, weight: .dense(head), bias: bias, targets: targets, rowWeights: weights, settings: settings)
    var total = 0.0
    for row in 0..<rows {
      let scores = (0..<entries).map { entry -> Double in
        var sum = Double(bias.toArray()[entry])
        for k in 0..<width { sum += Double(x[row].toArray()[k]) * Double(head[entry].toArray()[k]) }
        sum *= Double(settings.scale)
        if let cap = settings.softCap { sum = Double(cap) * tanh(sum / Double(cap)) }
        return sum
      }
      let normalizer = log(scores.reduce(0) { $0 + exp($1) })
      let smoothing = Double(settings.labelSmoothing)
      let mean = scores.reduce(0, +) / Double(entries)
      let loss =
        normalizer - (1 - smoothing) * scores[Int(targets[row])] - smoothing * mean + Double(settings.zLoss)
        * normalizer * normalizer
      #expect(abs(Double(found.rowLosses[row]) - loss) < 1e-5 * max(1, abs(loss)))
      total += loss * Double(weights[row])
    }
    #expect(abs(Double(found.loss.toArray()[0]) - total) < 1e-5 * max(1, abs(total)))
  }

  @Test(
    "Gradients agree with differences",
    arguments: [
      CrossEntropySettings(), CrossEntropySettings(labelSmoothing: 0.1, zLoss: 1e-2),
      CrossEntropySettings(scale: 0.5, softCap: 3),
    ], InstructionSet.available)
  func gradients(settings: CrossEntropySettings, set: InstructionSet) {
    let check = GradientCheck(cpu: CPU(threads: 2, instructionSet: set))
    let inputs = [
      GradientCheck.input([4, 6], seed: 1), GradientCheck.input([19, 6], seed: 2), GradientCheck.input([19], seed: 3),
    ]
    let factors = Tensor((0..<19).map { 0.5 + Float($0) / 19 }, shape: [19])
    check(inputs) { cpu, inputs in
      [
        cpu.crossEntropy(
          inputs[0], weight: .dense(inputs[1]), bias: inputs[2], factors: factors, targets: [0, 18, 3, 3],
          rowWeights: [1, 0.5, 2, 0.25], settings: settings
        ).loss
      ]
    }
  }

  @Test("No rows give no loss and gradients of zero")
  func empty() {
    let cpu = CPU(threads: 1)
    let head = GradientCheck.input([5, 3], seed: 1).asParameter()
    let store = GradientStore(of: [head])
    let loss = cpu.valueAndGradient(of: store) { cpu in
      cpu.crossEntropy(Tensor([], shape: [0, 3]), weight: .dense(head), targets: [], rowWeights: []).loss
    }
    #expect(loss.toArray() == [0])
    #expect(store[head]?.toArray() == [Float](repeating: 0, count: 15))
  }
}
