import InkTensor
import Testing

@Suite struct ExpertGradientTests {
  private func input(_ shape: Shape, _ seed: UInt64) -> Tensor { GradientCheck.input(shape, seed: seed) }

  @Test(
    "Gradients flow to a router's logits through the weights of the chosen experts, under every rule",
    arguments: [
      ExpertRouter(count: 5, chosen: 2, rule: .softmaxOverChosen, scale: 1.5),
      ExpertRouter(count: 5, chosen: 2, rule: .softmax(.none, .none)),
      ExpertRouter(count: 5, chosen: 3, rule: .softmax(.sumToOne, .none), scale: 2),
      ExpertRouter(count: 6, chosen: 2, rule: .softmax(.none, .largest(groups: 3, kept: 2)), scale: 16),
      ExpertRouter(count: 5, chosen: 2, rule: .sigmoidWithBias(.none, .none)),
      ExpertRouter(
        count: 8, chosen: 3, rule: .sigmoidWithBias(.sumToOne, .largestPair(groups: 4, kept: 2)), scale: 2.5),
    ])
  func routing(router: ExpertRouter) {
    let cpu = CPU(threads: 2)
    let bias: Tensor? =
      if case .sigmoidWithBias = router.rule { GradientCheck.input([router.count], seed: 9) } else { nil }
    var check = GradientCheck(cpu: cpu)
    check.step = 2e-3
    check([input([7, router.count], 3)]) { cpu, inputs in
      [cpu.routeExperts(inputs[0], bias: bias, router: router).weights]
    }
  }

  @Test("Gradients of rows that go to experts and come back agree with differences")
  func slots() {
    let cpu = CPU(threads: 2)
    let router = ExpertRouter(count: 4, chosen: 2, rule: .softmaxOverChosen)
    let logits = input([5, 4], 1)
    let assignment = cpu.routeExperts(logits, bias: nil, router: router)
    let check = GradientCheck(cpu: cpu)
    check([input([5, 3], 2)], "gather") { [$0.gather($1[0], by: assignment)] }
    check([input([10, 3], 3), logits, input([5, 3], 4)], "combine") { cpu, inputs in
      let made = cpu.routeExperts(inputs[1], bias: nil, router: router)
      return [cpu.combine(inputs[0], by: made, addingTo: inputs[2])]
    }
  }

  @Test("Gradients of grouped products agree with differences, for x and for the matrices of every group")
  func products() throws {
    let cpu = CPU(threads: 2)
    let groups = [0..<2, 2..<3, 3..<6]
    let packed = try PackedMatrix.pack(input([19, 7], 20), cpu: cpu)
    let matrices = (0..<5).map { input([19, 7], 10 + UInt64($0)) }
    GradientCheck(cpu: cpu)([input([6, 7], 1)] + matrices) { cpu, inputs in
      let weights = inputs.dropFirst().map { Weight.dense($0) }
      return cpu.multiply(
        inputs[0], groups: groups, by: [Array(weights[0..<3]), [weights[3], .packed(packed), weights[4]]])
    }
  }

  @Test("The matrix of a group has the same gradient from one step and from two with a part of the rows each")
  func accumulation() {
    let cpu = CPU(threads: 2)
    let (x, weight) = (input([6, 7], 1), input([4, 7], 2).asParameter())
    func gradient(_ pieces: [Range<Int>]) -> [UInt32] {
      let store = GradientStore(of: [weight])
      for rows in pieces {
        _ = cpu.valueAndGradient(of: store) { cpu in
          let y = cpu.multiply(x.slice(rows), groups: [0..<rows.count], by: [[.dense(weight)]])[0]
          return cpu.squaredLogSum(y, rowWeights: rows.map { _ in 0.5 })
        }
      }
      return store[weight]?.toArray().map(\.bitPattern) ?? []
    }
    #expect(gradient([0..<6]) == gradient([0..<2, 2..<6]))
  }

  @Test("Gradients of the sums that routers' losses are made of agree with differences")
  func losses() {
    let check = GradientCheck(cpu: CPU(threads: 2))
    let weights: [Float] = [0.3, 0, 0.7, 0.25]
    let factors = Tensor([1, 4, 0.5, 2, 3], shape: [5])
    check([input([4, 5], 1)], "expectedFactor") {
      [$0.expectedFactor(factors, scores: $1[0], rowWeights: weights)]
    }
    check([input([4, 5], 2)], "squaredLogSum") { [$0.squaredLogSum($1[0], rowWeights: weights)] }
  }
}
