import InkTensor
import Testing

@Suite struct OperationGradientTests {
  static let sets = InstructionSet.available

  private func input(_ shape: Shape, _ seed: UInt64) -> Tensor { GradientCheck.input(shape, seed: seed) }

  @Test("Gradients of sums, scalings and bounds agree with differences", arguments: sets)
  func sums(set: InstructionSet) {
    let check = GradientCheck(cpu: CPU(threads: 2, instructionSet: set))
    let (a, b) = (input([3, 19], 1), input([3, 19], 2))
    check([a, b], "add") { [$0.add($1[0], $1[1])] }
    check([a], "add to itself") { [$0.add($1[0], $1[0])] }
    check([a], "scale") { [$0.scale($1[0], by: -1.7)] }
    check([a], "softCap") { [$0.softCap($1[0], cap: 2)] }
    check([a, input([19], 3)], "scaleColumns") { [$0.scaleColumns($1[0], by: $1[1])] }
    check([a, input([3, 1], 4)], "gateRows") { [$0.gateRows($1[0], by: $1[1])] }
    check([Tensor([-3, -0.5, 0.5, 3], shape: [2, 2])], "clamp") { [$0.clamp($1[0], to: 1)] }
  }

  @Test("Gradients of norms agree with differences", arguments: sets)
  func norms(set: InstructionSet) {
    let check = GradientCheck(cpu: CPU(threads: 2, instructionSet: set))
    for width in [1, 16, 37] {
      let (x, weight, bias) = (input([4, width], 1), input([width], 2), input([width], 3))
      check([x, weight], "rmsNorm \(width)") { [$0.rmsNorm($1[0], weight: $1[1], epsilon: 1e-1)] }
      check([x, weight, bias], "layerNorm \(width)") {
        [$0.layerNorm($1[0], weight: $1[1], bias: $1[2], epsilon: 1e-1)]
      }
      check([x, weight], "layerNorm \(width) without bias") {
        [$0.layerNorm($1[0], weight: $1[1], bias: nil, epsilon: 1e-1)]
      }
    }
  }

  @Test(
    "Gradients of activations agree with differences",
    arguments: [ActivationFunction.silu, .geluTanh, .geluErf, .quickGELU, .relu], sets)
  func activations(function: ActivationFunction, set: InstructionSet) {
    var check = GradientCheck(cpu: CPU(threads: 2, instructionSet: set))
    check.step = 5e-3
    let (x, up) = (input([5, 21], 1), input([5, 21], 2))
    // Around its corner relu has no derivative that differences would show.
    let away = Tensor(x.toArray().map { abs($0) < 0.1 ? $0 + 0.3 : $0 }, shape: x.shape)
    check([away], "\(function)") { [$0.activate($1[0], function)] }
    check([away, up], "gated \(function)") { [$0.gated($1[0], $1[1], function)] }
  }

  @Test("Gradients of moved rows and columns agree with differences")
  func moves() {
    let check = GradientCheck(cpu: CPU(threads: 2))
    let (a, b) = (input([5, 6], 1), input([5, 3], 2))
    check([a, b], "joinColumns") { [$0.joinColumns($1[0], $1[1])] }
    check([a], "pickRows") { [$0.pickRows([4, 0, 0, 2], of: $1[0])] }
    check([a], "gatherRows") { [$0.gatherRows([1, 1, 4], of: .dense($1[0]))] }
    check([input([2, 3, 4], 3)], "swapAxes") { [$0.swapAxes($1[0])] }
  }

  @Test("Gradients of rows that are joined, cut out and put in the place of others agree with differences")
  func joinedRows() {
    let check = GradientCheck(cpu: CPU(threads: 2))
    let (a, b) = (input([5, 2, 3], 1), input([2, 2, 3], 2))
    check([a, b], "joinRows") { [$0.joinRows([$1[0], $1[1], $1[0]])] }
    check([a], "rows") { [$0.rows(1..<4, of: $1[0])] }
    check([a, b, input([1, 2, 3], 3)], "replacingRows") {
      [$0.replacingRows(of: $1[0], by: [(start: 0, rows: $1[1]), (start: 4, rows: $1[2])])]
    }
  }

  @Test(
    "The gradient of a shift is that of its result, and that of a gap to orthonormal vectors agrees with differences")
  func shiftsAndGaps() {
    let check = GradientCheck(cpu: CPU(threads: 2))
    // A square behind the shift, so that the number which is added matters.
    check([input([3, 7], 1)], "shift") { cpu, inputs in
      let moved = cpu.shift(inputs[0], by: 1.5)
      return [cpu.gated(moved, moved, .relu)]
    }
    check([input([3, 7], 2)], "gap of rows") { [$0.orthogonalityGap($1[0], of: .rows)] }
    check([input([7, 3], 3)], "gap of columns") { [$0.orthogonalityGap($1[0], of: .columns)] }
  }

  @Test("Gradients of what is computed again on the way back agree with differences, of several results too")
  func computedAgain() {
    GradientCheck(cpu: CPU(threads: 2))([input([4, 6], 1), input([6], 2), input([5, 6], 3)]) { cpu, inputs in
      let map = inputs[2]
      let made = cpu.checkpointed([inputs[0], inputs[1]]) { cpu, own in
        let scaled = cpu.scaleColumns(own[0], by: own[1])
        return [cpu.linear(scaled, by: [.dense(map)], epilogues: [.none])[0], cpu.activate(scaled, .silu)]
      }
      return [made[0], cpu.add(made[1], inputs[0])]
    }
  }

  @Test("A rotation's gradient is the rotation back", arguments: [RotaryTable.Pairing.halves, .neighbours])
  func rotary(pairing: RotaryTable.Pairing) {
    let cpu = CPU(threads: 2)
    let table = RotaryTable(positions: [0, 3, 7], frequencies: [1, 0.3], amplitude: 1.2, pairing: pairing, on: cpu)
    GradientCheck(cpu: cpu)([input([3, 2, 6], 1)]) { [$0.rotate($1[0], by: table)] }
  }

  @Test("Gradients of products agree with differences", arguments: sets)
  func products(set: InstructionSet) {
    let check = GradientCheck(cpu: CPU(threads: 2, instructionSet: set))
    let x = input([5, 7], 1)
    let (first, second) = (input([18, 7], 2), input([3, 7], 3))
    check([x, first, second, input([18], 4), input([5, 3], 5)], "linear") { cpu, inputs in
      cpu.linear(
        inputs[0], by: [.dense(inputs[1]), .dense(inputs[2])],
        epilogues: [.bias(inputs[3]), .residual(inputs[4])])
    }
    check([x, first, input([18], 4), input([5, 18], 5)], "linear with bias and residual") { cpu, inputs in
      cpu.linear(
        inputs[0], by: [.dense(inputs[1])], epilogues: [.biasAndResidual(bias: inputs[2], residual: inputs[3])])
    }
    check([x, input([7, 4], 6)], "matmul") { [$0.matmul($1[0], $1[1])] }
    check([x, first], "matmul with the transpose") { [$0.matmul($1[0], $1[1], order: .transposed)] }
  }

  @Test("Gradients pass through packed weights")
  func packed() throws {
    let cpu = CPU(threads: 2)
    let matrix = try PackedMatrix.pack(input([18, 7], 2), cpu: cpu)
    GradientCheck(cpu: cpu)([input([5, 7], 1)]) { cpu, inputs in
      cpu.linear(inputs[0], by: [.packed(matrix)], epilogues: [.none])
    }
  }
}
